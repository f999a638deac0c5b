"""Tests of what is made of a failed search with one button, by whom, and that its searches are settled then."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.admin.cast import NOW, client_of, searched
from troubleshoot.editing import publishing
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, QueryLog, Revision, SynonymGroup

pytestmark = pytest.mark.django_db

REPORT = "/en/admin/reports/failed/"
ENTRY, ALIAS, SYNONYM, HANDLE = (f"{REPORT}{action}/" for action in ("entry", "alias", "synonym", "handle"))


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def failed(entry) -> list[QueryLog]:
    return [*searched("스냅숏 만들기 실패", times=2), *searched("스냅샷 만들기 실패")]


@pytest.fixture
def editor_(db):
    return client_of("editor")


@pytest.fixture
def writer(db):
    """Reads reports and proposes changes; publishes nothing."""
    return client_of("author", "analyst")


def named(client, **more) -> dict[str, str]:
    """What the form of the first group sends."""
    group = client.get(REPORT).context["page"][0]
    return {"group": group.form, "newest": str(group.newest), "days": "30", "failure": ""} | more


def settled() -> int:
    return QueryLog.objects.exclude(settled=None).count()


class TestBeginningAnEntry:
    def test_one_click_makes_a_draft_of_the_commonest_wording_and_opens_it(self, writer, failed):
        answer = writer.post(ENTRY, named(writer))
        draft = ErrorEntry.objects.get(state="draft")
        assert answer.headers["Location"] == f"/en/admin/troubleshoot/errorentry/{draft.pk}/change/"
        assert (draft.message_ko, draft.message_en, draft.key) == (
            "스냅숏 만들기 실패",
            "",
            "seunaepsyot-mandeulgi-silpae",
        )
        assert draft.proposed_by.username == "staff-author-analyst"
        assert settled() == 3
        assert Revision.objects.of(draft).get().action == "created"
        assert "English wording" not in Revision.objects.of(draft).get().reason
        assert writer.get(answer.headers["Location"]).status_code == 200

    def test_an_english_wording_is_the_message_in_both_languages_and_the_key(self, writer, entry):
        searched("Disk quota exceeded", language="en")
        ErrorEntry.objects.create(
            key="disk-quota-exceeded", operation=entry.operation, order=7, message_ko="x", state="draft"
        )
        writer.post(ENTRY, named(writer))
        draft = ErrorEntry.objects.get(message_en="Disk quota exceeded")
        assert (draft.message_ko, draft.key, draft.order) == ("Disk quota exceeded", "disk-quota-exceeded-2", 8)
        # A Korean message must be there: that it is none yet stands in the history.
        assert "The Korean message still contains the English wording." in Revision.objects.of(draft).get().reason

    def test_an_undocumented_error_brings_its_code_and_the_history_names_the_source(self, writer, entry):
        searched("NewErrorFailed: the disk is in a bad state", code="NewErrorFailed", language="en", reader="a")
        searched("NewErrorFailed", code="NewErrorFailed", reader="b", source="diagnosis")
        writer.post(ENTRY, named(writer))
        draft = ErrorEntry.objects.get(state="draft")
        assert [(alias.kind, alias.text_ko) for alias in draft.aliases.all()] == [("code", "NewErrorFailed")]
        assert draft.message_en == "the disk is in a bad state"
        assert draft.key == "newerrorfailed"
        reason = Revision.objects.of(draft).get().reason
        assert "NewErrorFailed" in reason
        assert "searches: 2, readers: 2" in reason

    def test_what_a_reader_pasted_comes_home_as_a_draft_with_code_message_and_language(self, writer, content, client):
        log = "ErrorCode: NewErrorFailed\nErrorMessage: The disk of the machine is in a bad state.\n"
        assert client.post("/en/diagnose/", {"text": log}).status_code == 200
        writer.post(ENTRY, named(writer))
        draft = ErrorEntry.objects.get(state="draft")
        assert [alias.text_ko for alias in draft.aliases.all()] == ["NewErrorFailed"]
        assert draft.message_en == "The disk of the machine is in a bad state."
        assert "English wording" in Revision.objects.of(draft).get().reason

    def test_readers_see_nothing_of_it(self, writer, failed, client):
        writer.post(ENTRY, named(writer))
        assert client.get(ErrorEntry.objects.get(state="draft").get_absolute_url()).status_code == 404

    def test_without_an_operation_it_says_what_to_do(self, writer):
        searched("백업 실패")
        answer = writer.post(ENTRY, named(writer), follow=True)
        assert "Add an operation first" in answer.content.decode()
        assert settled() == 0
        assert not Operation.objects.exists()


class TestWhatIsMadeAndThrownAway:
    def test_a_discarded_draft_opens_its_searches_again(self, writer, failed):
        writer.post(ENTRY, named(writer))
        draft = ErrorEntry.objects.get(state="draft")
        assert settled() == 3
        publishing.discard(draft, user=draft.proposed_by)
        assert settled() == 0
        assert writer.get(REPORT).context["page"][0].number == 3

    def test_a_discarded_proposal_of_an_alias_does_too_and_a_published_one_does_not(self, writer, failed, entry):
        editor = User.objects.get(username=client_of("editor").get("/en/admin/").wsgi_request.user.username)
        for end, number in ((publishing.discard, 0), (publishing.publish, 3)):
            writer.post(ALIAS, named(writer, entry=entry.pk, text="스냅샷 실패", kind="message"))
            assert settled() == 3
            end(ErrorEntry.with_proposals.get(proposal_for=entry), user=editor, reason="중복")
            assert settled() == number
        assert set(QueryLog.objects.values_list("entry", flat=True)) == {entry.pk}


class TestAddingAnAlias:
    def test_a_publisher_adds_it_to_the_published_entry(self, editor_, failed, entry):
        sent = named(editor_, entry=entry.pk, text=" 스냅샷  만들기 실패 ", kind="message")
        assert editor_.post(ALIAS, sent).headers["Location"] == f"{REPORT}?days=30"
        alias = entry.aliases.get(kind="message")
        assert (alias.text_ko, alias.text_en) == ("스냅샷 만들기 실패", None)
        assert settled() == 3
        assert [one.action for one in Revision.objects.of(entry)] == ["edited", "found"]

    def test_who_may_not_publish_proposes_it(self, writer, failed, entry):
        answer = writer.post(ALIAS, named(writer, entry=entry.pk, text="스냅샷 실패", kind="message"), follow=True)
        assert "proposed change" in answer.content.decode()
        assert not entry.aliases.filter(text_ko="스냅샷 실패").exists()
        assert ErrorEntry.with_proposals.get(proposal_for=entry).aliases.filter(text_ko="스냅샷 실패").exists()
        assert settled() == 3

    def test_without_javascript_the_entry_is_named_by_its_key(self, editor_, failed, entry):
        editor_.post(ALIAS, named(editor_, key="agent", text="E-42", kind="code"))
        assert entry.aliases.get(text_ko="E-42").text_en == "E-42"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"entry": ""},
            {"entry": "999999"},
            {"entry": "x"},
            {"key": "nope", "entry": ""},
            {"text": ""},
            {"text": "x" * 501},
            {"text": "a\x00b"},
            {"kind": "nonsense"},
            {"text": "320 001"},
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_happens(self, editor_, failed, entry, wrong):
        answer = editor_.post(ALIAS, named(editor_, **{"entry": entry.pk, "text": "x", "kind": "message"} | wrong))
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
        assert (settled(), ErrorAlias.objects.count()) == (0, 1)

    def test_an_archived_entry_gets_none(self, editor_, failed, entry):
        ErrorEntry.objects.update(state="archived")
        answer = editor_.post(ALIAS, named(editor_, entry=entry.pk, text="x", kind="message"))
        assert "archived" in answer.content.decode()
        assert settled() == 0

    def test_a_proposal_that_is_in_review_is_left_as_it_is(self, writer, failed, entry):
        sent = named(writer, entry=entry.pk, text="x", kind="message")
        writer.post(ALIAS, sent)
        ErrorEntry.with_proposals.exclude(proposal_for=None).update(state="review")
        QueryLog.objects.update(settled=None)
        assert "in review" in writer.post(ALIAS, sent | {"text": "y"}).content.decode()
        assert settled() == 0


class TestAddingASynonym:
    def test_a_word_joins_the_group_of_another(self, editor_, failed):
        editor_.post(SYNONYM, named(editor_, word="V M", meaning="가상머신"))
        assert "are already synonyms" in editor_.post(SYNONYM, named_again(editor_)).content.decode()
        editor_.post(SYNONYM, named(editor_, word="인스턴스", meaning="가상머신"))
        group = SynonymGroup.objects.get()
        assert group.term_list == ["가상 머신", "VM", "인스턴스"]
        assert settled() == 3
        assert [one.action for one in Revision.objects.of(group)] == ["edited", "found"]

    def test_words_that_no_group_has_begin_one(self, editor_, failed):
        editor_.post(SYNONYM, named(editor_, word="스냅샷", meaning="snapshot"))
        editor_.post(SYNONYM, named_again(editor_, word="끝점", meaning="엔드포인트"))
        assert [(group.key, group.terms) for group in SynonymGroup.objects.exclude(key="vm")] == [
            ("endeupointeu", "엔드포인트\n끝점"),
            ("snapshot", "snapshot\n스냅샷"),
        ]

    @pytest.mark.parametrize(
        "wrong", [{"word": ""}, {"meaning": " "}, {"word": "x" * 101}, {"meaning": "VM", "word": "vm"}]
    )
    def test_what_is_wrong_is_said_and_nothing_happens(self, editor_, failed, wrong):
        answer = editor_.post(SYNONYM, named(editor_, **{"word": "a", "meaning": "b"} | wrong))
        assert answer.status_code == 422
        assert settled() == 0
        assert SynonymGroup.objects.count() == 1


def named_again(client, **more) -> dict[str, str]:
    """The form of a search that fails anew, where all others are settled."""
    if not client.get(REPORT).context["page"]:
        searched("새 검색")
    return named(client, **{"word": "VM", "meaning": "가상 머신"} | more)


class TestSettling:
    def test_searches_leave_the_report_and_come_back(self, editor_, failed):
        sent = named(editor_)
        assert (
            "3 searches were marked as handled."
            in editor_.post(HANDLE, sent | {"do": "settle"}, follow=True).content.decode()
        )
        assert not editor_.get(REPORT).context["page"]
        assert editor_.get(REPORT, {"settled": "1"}).context["page"][0].number == 3
        answer = editor_.post(HANDLE, sent | {"settled": "1", "do": "reopen"}, follow=True)
        assert "back in the report" in answer.content.decode()
        assert settled() == 0

    def test_a_search_made_meanwhile_stays_open(self, editor_, failed):
        sent = named(editor_)
        searched("스냅숏 만들기 실패")
        editor_.post(HANDLE, sent | {"do": "settle"})
        assert settled() == 3

    def test_settling_twice_says_that_it_was_done(self, editor_, failed):
        sent = named(editor_)
        editor_.post(HANDLE, sent | {"do": "settle"})
        assert "no longer in the report" in editor_.post(HANDLE, sent | {"do": "settle"}, follow=True).content.decode()


class TestAssigning:
    def test_the_group_is_given_to_somebody_who_its_page_names(self, editor_, failed):
        lee = User.objects.get(username="staff-editor")
        answer = editor_.post(HANDLE, named(editor_, do="assign", person=lee.pk), follow=True)
        assert "Assigned to: staff-editor" in answer.text
        assert set(QueryLog.objects.values_list("assigned_to", flat=True)) == {lee.pk}
        group = named(editor_)
        assert "staff-editor</p>" in editor_.get(f"{REPORT}group/", group).text
        editor_.post(HANDLE, group | {"do": "unassign"})
        assert not QueryLog.objects.exclude(assigned_to=None).exists()

    def test_the_group_is_linked_to_the_entry_that_its_page_names(self, editor_, failed, entry):
        group = named(editor_)
        assert "Linked to: <a" in editor_.post(HANDLE, group | {"do": "link", "entry": entry.pk}, follow=True).text
        assert set(QueryLog.objects.values_list("entry", flat=True)) == {entry.pk}
        assert "Linked to: <a" in editor_.get(f"{REPORT}group/", group).text
        assert settled() == 0

    @pytest.mark.parametrize("person", ["99999", "x", "9" * 40])
    def test_who_can_not_handle_it_is_refused_with_a_sentence(self, editor_, failed, person):
        answer = editor_.post(HANDLE, named(editor_, do="assign", person=person), follow=True)
        assert "Choose a person" in answer.text
        assert not QueryLog.objects.exclude(assigned_to=None).exists()

    def test_it_takes_the_permission_to_handle(self, failed):
        without = client_of(permissions=("view_reports",), name="without")
        assert without.post(HANDLE, named(without, do="assign")).status_code == 403


@pytest.mark.parametrize(
    ("address", "more", "permissions", "needed"),
    [
        (ENTRY, {}, ("view_reports",), "add_errorentry"),
        (ALIAS, {"key": "agent", "text": "x", "kind": "code"}, ("view_reports", "change_errorentry"), "add_erroralias"),
        (SYNONYM, {"word": "a", "meaning": "b"}, ("view_reports", "change_synonymgroup"), "add_synonymgroup"),
        (SYNONYM, {"word": "a", "meaning": "VM"}, ("view_reports", "add_synonymgroup"), "change_synonymgroup"),
        (HANDLE, {"do": "settle"}, ("view_reports",), "change_querylog"),
    ],
)
def test_each_action_takes_its_own_permission(failed, address, more, permissions, needed):
    without = client_of(permissions=permissions, name="without")
    assert without.post(address, named(without, **more)).status_code == 403
    assert settled() == 0
    having = client_of(permissions=(*permissions, needed), name="having")
    assert having.post(address, named(having, **more)).status_code == 302
    assert settled() == 3


@pytest.mark.parametrize("address", [ENTRY, ALIAS, SYNONYM, HANDLE])
class TestEveryAction:
    def test_it_takes_the_permission_to_read_reports(self, failed, address):
        assert client_of("author").post(address).status_code == 403

    def test_it_is_no_page(self, editor_, address):
        assert editor_.get(address).status_code == 405

    def test_it_takes_a_token_of_ours(self, failed, address, editor_):
        editor_.handler.enforce_csrf_checks = True
        assert editor_.post(address, {"group": "x"}).status_code == 403

    @pytest.mark.parametrize(
        "sent", [{}, {"group": "nope"}, {"group": "\x00", "newest": "x"}, {"group": "x" * 100_000}]
    )
    def test_a_group_that_does_not_exist_leads_back_to_the_report(self, editor_, failed, address, sent):
        assert editor_.post(address, sent).headers["Location"].startswith(REPORT)
        assert settled() == 0


class TestRehearsing:
    """Before an alias or a synonym is made, its button's neighbour shows what search would answer otherwise."""

    @pytest.fixture(autouse=True)
    def golden(self, settings, tmp_path) -> None:
        settings.GOLDEN_QUERIES = str(tmp_path / "golden.tsv")
        (tmp_path / "golden.tsv").write_text(
            "id\tkind\theld_out\tquery\texpected\na\tword\t0\t스냅숏 만들기 실패\tagent\n"
        )

    def test_an_alias_is_tried_out_and_not_made(self, editor_, failed, entry):
        answer = editor_.post(
            f"{ALIAS}rehearsal/", named(editor_, entry=entry.pk, text="스냅숏 만들기 실패", kind="message")
        )
        assert answer.status_code == 200
        assert "better" in [move.verdict for move, *_more in answer.context["lines"]]
        assert not ErrorAlias.objects.filter(text_ko="스냅숏 만들기 실패").exists()
        assert settled() == 0

    def test_the_way_back_leads_to_the_group(self, editor_, failed, entry):
        before = list(SynonymGroup.objects.values_list("key", "terms"))
        answer = editor_.post(f"{SYNONYM}rehearsal/", named(editor_, word="스냅숏", meaning="에이전트"))
        assert list(SynonymGroup.objects.values_list("key", "terms")) == before
        assert editor_.get(answer.context["back"]).status_code == 200

    def test_what_is_not_whole_is_asked_for_again(self, editor_, failed):
        answer = editor_.post(f"{SYNONYM}rehearsal/", named(editor_, word="스냅숏", meaning=""))
        assert answer.status_code == 422
        assert answer.context["synonym_form"].errors

    @pytest.mark.parametrize("address", [f"{ALIAS}rehearsal/", f"{SYNONYM}rehearsal/"])
    def test_it_takes_a_post(self, editor_, failed, address):
        assert editor_.get(address).status_code == 405

    def test_who_may_not_make_it_may_not_try_it(self, failed, entry):
        analyst = client_of("analyst")
        values = named(analyst, entry=entry.pk, text="x", kind="message", word="a", meaning="b")
        assert analyst.post(f"{ALIAS}rehearsal/", values).status_code == 403
        assert analyst.post(f"{SYNONYM}rehearsal/", values).status_code == 403
