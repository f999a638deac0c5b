"""Carrying out a plan of documents: all of it or nothing, drafts or published, and the same again changes nothing."""

import datetime as dt

import pytest
from django.contrib.auth.models import User

from tests.exchange.documents.cast import SECTION, document, error, in_english
from troubleshoot.document.dataset import Section as SectionRead
from troubleshoot.editing import edits, publishing, revisions
from troubleshoot.exchange.documents import (
    Correction,
    Outcome,
    OutdatedPlanError,
    Plan,
    PlanError,
    Status,
    carry_out,
    plan_documents,
)
from troubleshoot.models import (
    ContentVersion,
    Document,
    ErrorAlias,
    ErrorEntry,
    ImportedEntry,
    Operation,
    Product,
    Resolution,
    Revision,
    SearchChange,
    Section,
)

pytestmark = pytest.mark.django_db

TWO = (
    error("agent", "에이전트가 없습니다.", codes=("UserErrorAgent",), line=10),
    error("disk", "디스크가 가득 찼습니다.", title="디스크", line=11, cause="공간이 없습니다."),
)


def bring(*datasets, publish: bool = True, user: User | None = None, **more) -> Outcome:
    return carry_out(plan_documents(datasets, **more), publish=publish, user=user)


def statuses(plan: Plan) -> dict[str, str]:
    return {row.key: row.status.value for row in plan.rows}


def edit(key: str, *, user: User | None = None, **content: object) -> None:
    row = ErrorEntry.objects.get(key=key)
    user = user or User.objects.get_or_create(username="root", is_superuser=True)[0]
    edits.carry_out(edits.Edit(row, content), user=user)


def counts() -> list[int]:
    models = (Document, Section, Operation, ErrorEntry, ErrorAlias, Resolution, ImportedEntry, Revision, SearchChange)
    return [model._default_manager.count() for model in models]


def test_a_document_becomes_sections_operations_entries_aliases_and_resolutions() -> None:
    assert bring(document(*TWO, published=dt.date(2026, 1, 1))) == Outcome(created=2)
    made = Document.objects.get()
    assert (made.key, made.title_ko, made.language, made.edition) == ("guide", "안내서", "ko", "2026-01-01")
    assert made.sections.get().operations.get().title_ko == "백업"
    agent, disk = ErrorEntry.objects.with_everything().in_document_order()
    assert (agent.key, agent.state, agent.source_line) == ("guide--agent", "published", 10)
    assert [(alias.kind, alias.text_ko) for alias in agent.aliases.all()] == [("code", "UserErrorAgent")]
    assert [(alias.kind, alias.text_ko) for alias in disk.aliases.all()] == [("message", "디스크")]
    assert (disk.cause_ko, [way.body_ko for way in disk.resolutions.all()]) == (
        "공간이 없습니다.",
        ["다시 시도합니다."],
    )
    assert disk.edited is None


def test_what_is_not_published_is_a_draft_of_who_imported_it() -> None:
    user = User.objects.create_user("author")
    bring(document(*TWO), publish=False, user=user)
    assert set(ErrorEntry.objects.values_list("state", "proposed_by")) == {("draft", user.pk)}


def test_imported_again_nothing_changes() -> None:
    bring(document(*TWO))
    before, version = counts(), ContentVersion.objects.current().value
    again = plan_documents([document(*TWO)])
    assert statuses(again) == {"guide--agent": "unchanged", "guide--disk": "unchanged"}
    assert carry_out(again, publish=True) == Outcome()
    assert counts() == before
    assert ContentVersion.objects.current().value <= version + 1


def test_every_imported_page_stands_in_the_history_as_it_is() -> None:
    bring(document(*TWO))
    for row in (*ErrorEntry.objects.all(), *Operation.objects.all(), *Section.objects.all(), Document.objects.get()):
        last = Revision.objects.of(row).get()
        assert (last.action, last.reason, last.digest) == ("imported", "guide.md", revisions.digest_of(row))
        assert last.content == revisions.content_of(row)


def test_a_reworded_message_keeps_its_key_and_waits_as_a_proposal() -> None:
    bring(document(*TWO))
    reworded = document(
        TWO[0], error("full", "디스크가 꽉 찼습니다.", title="디스크", line=11, cause="공간이 없습니다.")
    )
    plan = plan_documents([reworded])
    assert statuses(plan) == {"guide--agent": "unchanged", "guide--disk": "changed"}
    assert carry_out(plan) == Outcome(proposed=1)
    live = ErrorEntry.objects.get(key="guide--disk")
    assert live.message_ko == "디스크가 가득 찼습니다."
    assert live.proposal.message_ko == "디스크가 꽉 찼습니다."
    assert statuses(plan_documents([reworded])) == {"guide--agent": "unchanged", "guide--disk": "unchanged"}


def test_a_newer_edition_renews_what_still_waits_unless_somebody_worked_on_it() -> None:
    user = User.objects.create_superuser("root")
    bring(document(*TWO))
    bring(document(TWO[0], error("disk", "디스크가 꽉 찼습니다.")), publish=False)
    third = document(TWO[0], error("disk", "디스크가 다 찼습니다."))
    assert bring(third, publish=False) == Outcome(proposed=1)
    proposal = ErrorEntry.with_proposals.proposals().get()
    assert proposal.message_ko == "디스크가 다 찼습니다."
    edits.carry_out(edits.Edit(proposal, {"message_ko": "디스크를 비우십시오."}), user=user)
    fourth = plan_documents([document(TWO[0], error("disk", "디스크가 아주 찼습니다."))])
    assert statuses(fourth)["guide--disk"] == "conflict"


def test_a_published_entry_changes_at_once_where_that_is_asked_for() -> None:
    bring(document(*TWO))
    assert bring(document(TWO[0], error("disk", "디스크가 꽉 찼습니다."))) == Outcome(changed=1)
    row = ErrorEntry.objects.get(key="guide--disk")
    assert (row.message_ko, row.edited) == ("디스크가 꽉 찼습니다.", None)
    assert [revision.action for revision in Revision.objects.of(row)] == ["imported", "imported"]


def test_what_was_edited_here_is_never_overwritten_and_both_texts_are_told() -> None:
    bring(document(*TWO))
    edit("guide--disk", message_ko="디스크에 자리가 없습니다.")
    plan = plan_documents([document(TWO[0], error("disk", "디스크가 꽉 찼습니다."))])
    told = plan.rows[1]
    assert (told.status, told.message, told.before["message"]) == (
        Status.CONFLICT,
        "디스크가 꽉 찼습니다.",
        "디스크에 자리가 없습니다.",
    )
    assert carry_out(plan, publish=True) == Outcome()
    assert ErrorEntry.objects.get(key="guide--disk").message_ko == "디스크에 자리가 없습니다."


@pytest.mark.parametrize(("prefer", "said"), [("document", "디스크가 꽉 찼습니다."), ("portal", "자리가 없습니다.")])
def test_an_administrator_decides_a_conflict_for_one_text_and_is_not_asked_again(prefer, said) -> None:
    bring(document(*TWO))
    edit("guide--disk", message_ko="자리가 없습니다.")
    newer = document(TWO[0], error("disk", "디스크가 꽉 찼습니다."))
    bring(newer, corrections={"guide--disk": Correction(prefer=prefer)})
    assert ErrorEntry.objects.get(key="guide--disk").message_ko == said
    assert statuses(plan_documents([newer]))["guide--disk"] == "unchanged"


def test_an_edit_here_stays_while_the_document_says_the_same() -> None:
    bring(document(*TWO))
    edit("guide--disk", message_ko="자리가 없습니다.")
    assert statuses(plan_documents([document(*TWO)]))["guide--disk"] == "unchanged"


def test_an_alias_added_here_stays_and_one_that_the_document_drops_goes() -> None:
    bring(document(*TWO))
    row = ErrorEntry.objects.get(key="guide--agent")
    ErrorAlias.objects.create(entry=row, kind="code", text_ko="0x80070005")
    bring(document(error("agent", "에이전트가 없습니다.", codes=("UserErrorNoAgent",), line=10), TWO[1]))
    assert set(row.aliases.values_list("text_ko", flat=True)) == {"0x80070005", "UserErrorNoAgent"}


def test_what_is_gone_is_proposed_for_archiving_and_stays() -> None:
    bring(document(*TWO))
    newer = document(TWO[0], edition="2026-02-02")
    plan = plan_documents([newer])
    assert [(row.key, row.status.value, row.line) for row in plan.rows[1:]] == [("guide--disk", "gone", 11)]
    bring(newer)
    assert ErrorEntry.objects.get(key="guide--disk").state == "published"
    assert ImportedEntry.objects.get(entry__key="guide--disk").gone == "2026-02-02"
    bring(document(*TWO, edition="2026-03-03"))
    assert ImportedEntry.objects.get(entry__key="guide--disk").gone == ""


def test_an_archived_entry_stays_archived_and_is_gone_no_more() -> None:
    bring(document(*TWO))
    ErrorEntry.objects.filter(key="guide--disk").update(state="archived")
    assert statuses(plan_documents([document(TWO[0])])) == {"guide--agent": "unchanged"}
    assert statuses(plan_documents([document(*TWO)]))["guide--disk"] == "unchanged"


def test_what_was_said_to_be_no_error_does_not_come_back() -> None:
    bring(document(*TWO), corrections={"guide--disk": Correction(is_error=False)})
    assert ErrorEntry.objects.get().key == "guide--agent"
    again = plan_documents([document(TWO[0], error("full", "디스크가 꽉 찼습니다.", title="디스크"))])
    assert statuses(again) == {"guide--agent": "unchanged"}
    assert [left["reason"] for left in again.unread] == ["not_wanted"]


def test_what_was_said_to_be_no_error_comes_back_where_that_is_taken_back() -> None:
    bring(document(*TWO), corrections={"guide--disk": Correction(is_error=False)})
    (left,) = plan_documents([document(*TWO)]).not_wanted
    bring(document(*TWO), corrections={left.key: Correction(is_error=True)})
    assert set(ErrorEntry.objects.values_list("key", flat=True)) == {"guide--agent", "guide--disk"}
    assert statuses(plan_documents([document(*TWO)])) == {"guide--agent": "unchanged", "guide--disk": "unchanged"}
    assert ImportedEntry.objects.count() == 2


def test_what_was_deleted_here_does_not_come_back() -> None:
    bring(document(*TWO), publish=False)
    publishing.discard(ErrorEntry.objects.get(key="guide--disk"), user=User.objects.create_superuser("root"))
    assert bring(document(*TWO), publish=False) == Outcome()
    assert ErrorEntry.objects.count() == 1


def test_a_corrected_operation_and_message_hold_for_later_editions() -> None:
    Operation.objects.create(key="restore", order=7, title_ko="복원")
    bring(document(*TWO), corrections={"guide--disk": Correction(operation="restore", message="디스크 가득")})
    row = ErrorEntry.objects.get(key="guide--disk")
    assert (row.operation.key, row.message_ko) == ("restore", "디스크 가득")
    newer = document(TWO[0], error("disk", "디스크가 꽉 찼습니다.", title="디스크", cause="자리가 없습니다."))
    bring(newer)
    row.refresh_from_db()
    assert (row.operation.key, row.message_ko, row.cause_ko) == ("restore", "디스크 가득", "자리가 없습니다.")


def test_a_second_correction_lies_over_the_first() -> None:
    Operation.objects.create(key="restore", order=7, title_ko="복원")
    bring(document(*TWO), corrections={"guide--disk": Correction(operation="restore")})
    bring(document(*TWO), corrections={"guide--disk": Correction(message="디스크 가득")})
    memory = ImportedEntry.objects.get(entry__key="guide--disk")
    assert memory.corrections == {"operation": "restore", "message": "디스크 가득"}
    bring(document(*TWO), corrections={"guide--disk": Correction(operation="")})
    row = ErrorEntry.objects.get(key="guide--disk")
    assert (row.operation.key, row.message_ko) == ("guide--backup", "디스크 가득")


def test_an_operation_chosen_here_stays_whatever_else_is_corrected() -> None:
    Operation.objects.create(key="restore", order=7, title_ko="복원")
    Operation.objects.create(key="jobs", order=8, title_ko="작업")
    bring(document(*TWO), corrections={"guide--disk": Correction(operation="restore")})
    edit("guide--disk", operation="jobs")
    bring(document(*TWO), corrections={"guide--disk": Correction(operation="restore", message="디스크 가득")})
    assert ErrorEntry.objects.get(key="guide--disk").operation.key == "jobs"


def test_entries_stand_in_the_order_of_the_document_and_those_of_editors_where_they_stood() -> None:
    bring(document(*TWO))
    operation = Operation.objects.get()
    ErrorEntry.objects.create(key="own", operation=operation, order=3, message_ko="우리 글")
    newer = document(TWO[1], error("new", "새 오류입니다.", codes=("E9",)), TWO[0])
    bring(newer)
    shown = ErrorEntry.objects.in_document_order().values_list("key", flat=True)
    assert list(shown) == ["guide--disk", "own", "guide--new", "guide--agent"]


def test_the_content_must_be_that_which_the_plan_was_made_of() -> None:
    bring(document(*TWO))
    plan = plan_documents([document(TWO[0])])
    Operation.objects.create(key="restore", order=7, title_ko="복원")
    with pytest.raises(OutdatedPlanError):
        carry_out(plan)


def test_nothing_is_written_where_something_fails(monkeypatch) -> None:
    before = counts()
    monkeypatch.setattr(revisions, "record_read", lambda *_rows, **_told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring(document(*TWO))
    assert counts() == before


def test_an_english_document_alone_is_read_in_both_languages() -> None:
    bring(in_english(error("agent", "The agent is missing.", fix="Install it.")))
    row = ErrorEntry.objects.with_everything().get()
    assert (row.message_ko or "", row.message_en, row.message) == ("", "The agent is missing.", "The agent is missing.")
    assert (row.resolutions.all()[0].body, row.operation.title) == ("Install it.", "Backup")
    assert (row.missing_translations("en"), row.missing_translations("ko")) == ([], ["message"])
    assert row.outdated_translations() == []


ENGLISH = in_english(
    error("no-agent", "The agent is missing.", codes=("UserErrorAgent",), fix="Install it."),
    error("full", "The disk is full.", fix="Free some space.", cause="No space."),
)


def test_the_english_edition_becomes_the_twin_at_once_by_its_code_and_else_when_it_is_confirmed() -> None:
    bring(document(*TWO))
    plan = plan_documents([ENGLISH])
    assert statuses(plan) == {"guide--agent": "changed", "guide--disk": "changed"}
    assert carry_out(plan, publish=True) == Outcome(changed=1, proposed=1)
    agent, disk = ErrorEntry.objects.with_everything().in_document_order()
    assert (agent.message_ko, agent.message_en) == ("에이전트가 없습니다.", "The agent is missing.")
    assert [(way.body_ko, way.body_en) for way in agent.resolutions.all()] == [("다시 시도합니다.", "Install it.")]
    assert agent.outdated_translations() == []
    assert (disk.message_en or "", disk.proposal.message_en) == ("", "The disk is full.")
    assert disk.proposal.message_ko == "디스크가 가득 찼습니다."
    assert Document.objects.get().title_en == "Guide"
    assert Operation.objects.get().title_en == "Backup"
    assert set(statuses(plan_documents([ENGLISH, document(*TWO)])).values()) == {"unchanged"}


@pytest.mark.parametrize("publish", [False, True])
def test_two_editions_at_once_are_one_document(publish) -> None:
    outcome = bring(ENGLISH, document(*TWO), publish=publish)
    assert outcome == Outcome(created=2, proposed=int(publish))
    rows = ErrorEntry.with_proposals.filter(message_en="The disk is full.")
    assert rows.get().message_ko == "디스크가 가득 찼습니다."
    assert Document.objects.get().language == "ko"


def test_a_document_in_both_languages_gives_both_at_once() -> None:
    twin = in_english(error("agent", "Agent?"), error("disk", "Disk full"))
    assert bring(document(*TWO, twin=twin)) == Outcome(created=2)
    assert set(ErrorEntry.objects.values_list("message_en", flat=True)) == {"Agent?", "Disk full"}


def test_an_edition_of_another_name_is_said_to_be_one() -> None:
    bring(document(*TWO))
    assert statuses(plan_documents([document(*TWO, key="guide-2")], edition_of="guide"))["guide--disk"] == "unchanged"
    with pytest.raises(PlanError, match="nothing"):
        plan_documents([document(*TWO)], edition_of="nothing")
    with pytest.raises(PlanError, match="guide"):
        plan_documents([document(*TWO), document(*TWO)])


def test_a_key_that_another_document_has_gets_a_number() -> None:
    bring(document(*TWO))
    other = document(error("agent", "다른 문서의 오류", fix=""), key="other")
    bring(other)
    assert ErrorEntry.objects.get(message_ko="다른 문서의 오류").key == "guide--agent-2"
    assert set(statuses(plan_documents([other])).values()) == {"unchanged"}


def sections(*titles: str) -> dict[str, object]:
    made = [
        SectionRead(f"guide--{key}", title, 2, "", line)
        for line, (key, _, title) in enumerate(s.partition(":") for s in titles)
    ]
    return {"sections": (SECTION, *made)}


def stand() -> list[tuple[int, str]]:
    return list(Section.objects.order_by("order").values_list("order", "title_ko"))


def test_a_renamed_heading_takes_the_place_of_the_old_one() -> None:
    bring(document(*TWO, **sections("a:준비")))
    bring(document(*TWO, edition="2", **sections("b:새 준비")))
    assert stand() == [(1, "백업"), (2, "새 준비")]


def test_a_section_that_somebody_wrote_or_edited_here_stays_behind_those_of_the_document() -> None:
    bring(document(*TWO, **sections("a:준비")))
    Section.objects.create(key="ours", document=Document.objects.get(), order=3, title_ko="우리 절")
    row = Section.objects.get(key="guide--a")
    revisions.record(row, Revision.Action.EDITED, reason="다듬었습니다.")
    for edition in ("2", "3"):
        bring(document(*TWO, edition=edition, **sections("b:새 준비", "c:덧붙인 절")))
    assert stand() == [(1, "백업"), (2, "새 준비"), (3, "덧붙인 절"), (4, "준비"), (5, "우리 절")]


def test_a_document_of_which_nothing_is_published_is_shown_to_nobody(client) -> None:
    bring(document(*TWO, title="비밀 안내서"), publish=False)
    bring(document(error("other", "다른 오류입니다."), key="other"))
    assert client.get("/document/guide/").status_code == 404
    for address in ("/", "/document/", "/document/other/", "/errors/"):
        assert "비밀 안내서" not in client.get(address, follow=True).content.decode()

    publishing.publish(ErrorEntry.objects.get(key="guide--agent"), user=User.objects.create_superuser("root"))
    assert client.get("/document/guide/").status_code == 200


def test_a_document_without_errors_is_shown_once_it_is_published(client) -> None:
    bring(document(title="머리말"), publish=False)
    made = Document.objects.get(key="guide")
    assert made.is_draft
    assert client.get("/document/guide/").status_code == 404
    bring(document(title="머리말"), publish=False)
    assert not Document.objects.for_readers().exists()
    bring(document(title="머리말"))
    assert Document.objects.for_readers().get() == made


@pytest.mark.parametrize("publish", [False, True])
def test_the_product_follows_the_document_once_an_edition_is_published(publish) -> None:
    bring(document(*TWO, product="backup"))
    bring(document(*TWO, product="site-recovery", edition="2"), publish=publish)
    assert Document.objects.get().product.key == ("site-recovery" if publish else "backup")
    bring(document(*TWO, edition="3"))
    assert Document.objects.get().product is not None


def test_a_product_that_was_chosen_here_stays_until_another_is_chosen() -> None:
    bring(document(*TWO, product="backup"))
    made = Document.objects.get()
    product = Product.objects.named("vault")
    edits.carry_out(edits.Edit(made, {"product": "vault"}), user=User.objects.create_superuser("root"))
    bring(document(*TWO, product="site-recovery", edition="2"))
    assert Document.objects.get().product == product
    said = document(*TWO, product="storage", title="저장소", edition="2", corrected=frozenset({"product", "title"}))
    bring(said, publish=False)
    bring(document(*TWO, product="site-recovery", edition="3"))
    made = Document.objects.get()
    assert (made.product.key, made.title_ko) == ("storage", "저장소")


def test_the_product_of_an_edition_in_the_other_language_does_not_replace_that_of_the_document() -> None:
    bring(document(*TWO, product="backup"))
    bring(in_english(error("agent", "The agent is missing."), product="site-recovery"))
    assert Document.objects.get().product.key == "backup"


def test_what_readers_see_of_a_document_changes_only_where_that_is_asked_for() -> None:
    bring(document(*TWO))
    newer = document(
        *TWO, edition="2", title="새 안내서", sections=(SectionRead("guide--backup", "백업", 2, "새 글.", 2),)
    )
    bring(newer, publish=False)
    assert (Document.objects.get().title_ko, Section.objects.get().body_ko) == ("안내서", "백업할 때의 오류입니다.")
    bring(newer)
    assert (Document.objects.get().title_ko, Section.objects.get().body_ko) == ("새 안내서", "새 글.")
