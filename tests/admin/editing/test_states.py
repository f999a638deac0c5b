"""Tests of the states in the administration: what the buttons and the pages of the moves do."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.forms import page_of, publish, save, send, shown
from tests.flows import make_flow
from troubleshoot.models import ErrorEntry, FlowLink, FormerKey, Resolution, Revision, Section, Step

pytestmark = pytest.mark.django_db

ADD = "/admin/troubleshoot/errorentry/add/"
LIST = "/admin/troubleshoot/errorentry/"


def add(client: Client, **changes: str) -> Any:
    new = {"key": "new", "operation": str(ErrorEntry.objects.first().operation_id), "message_ko": "새 오류"}
    return send(client, ADD, shown(client, ADD) | new, **changes)


def labels(client: Client, address: str) -> list[str]:
    return [name for name, _label in client.get(address).context["buttons"]]


def moves(client: Client, entry: ErrorEntry) -> list[str]:
    return [move.name for move in client.get(page_of(entry)).context["moves"]]


def proposal(entry: ErrorEntry) -> ErrorEntry:
    return ErrorEntry.with_proposals.get(proposal_for=entry)


def fresh(entry: ErrorEntry) -> ErrorEntry:
    return ErrorEntry.with_proposals.get(pk=entry.pk)


def errors(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.context["form"].errors)


def test_what_a_publisher_adds_is_published(publisher: Client) -> None:
    assert add(publisher).status_code == 302
    assert ErrorEntry.objects.get(key="new").state == "published"


@pytest.mark.parametrize("button", ["_draft", "_submit"])
def test_what_a_publisher_adds_can_be_a_draft(publisher: Client, button: str) -> None:
    add(publisher, **{button: "x"})
    assert ErrorEntry.objects.get(key="new").state == {"_draft": "draft", "_submit": "review"}[button]


def test_what_an_author_adds_is_a_draft_whatever_is_sent(author: Client) -> None:
    assert add(author, _publish="x").status_code == 403
    add(author, state="published")
    draft = ErrorEntry.objects.get(key="new")
    assert (draft.state, draft.proposed_by.username) == ("draft", "author")
    assert Revision.objects.of(draft).first().action == "created"


def test_the_buttons_say_what_happens(author: Client, publisher: Client, entry: ErrorEntry) -> None:
    assert labels(author, ADD) == ["_save", "_submit"]
    assert labels(publisher, ADD) == ["_save", "_draft"]
    assert labels(author, page_of(entry)) == ["_save", "_submit"]
    assert labels(publisher, page_of(entry)) == ["_save", "_continue", "_propose"]
    assert "Save as a proposal" in author.get("/en" + page_of(entry)).content.decode()


def test_an_author_changes_a_published_entry_through_a_proposal(author: Client, entry: ErrorEntry) -> None:
    answer = save(author, entry, message_ko="에이전트 없음", resolutions__0__body_ko="다시 받습니다.")
    change = proposal(entry)
    assert answer["Location"].endswith(f"/errorentry/{change.pk}/change/")
    assert fresh(entry).message_ko == "에이전트 오류"
    assert entry.resolutions.get(order=1).body_ko == "다시 설치합니다."
    assert (change.message_ko, change.state) == ("에이전트 없음", "draft")
    assert change.resolutions.get(order=1).body_ko == "다시 받습니다."
    assert not Revision.objects.filter(object_id=entry.pk, action="edited").exists()


def test_a_proposal_may_add_and_delete_parts(author: Client, publisher: Client, entry: ErrorEntry) -> None:
    new = {
        "resolutions__TOTAL_FORMS": "3",
        "resolutions__2__entry": str(entry.pk),
        "resolutions__2__origin": "editor",
        "resolutions__2__body_ko": "기다립니다.",
    }
    save(author, entry, **new, resolutions__0__DELETE="on", aliases__0__DELETE="on")
    assert (entry.resolutions.count(), entry.aliases.count()) == (2, 1)
    publish(publisher, proposal(entry))
    assert [row.body_ko for row in entry.resolutions.order_by("order")] == ["다시 시작합니다.", "기다립니다."]
    assert entry.aliases.count() == 0


def test_an_author_proposes_and_submits_at_once(author: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나", _submit="x", change_reason="문구")
    assert proposal(entry).state == "review"
    assert Revision.objects.of(proposal(entry)).first().reason == "문구"


def test_a_publisher_changes_what_readers_see_at_once(publisher: Client, entry: ErrorEntry, client: Client) -> None:
    save(publisher, entry, message_ko="하나", change_reason="오타")
    assert "하나" in client.get(entry.get_absolute_url()).content.decode()
    assert Revision.objects.of(entry).first().reason == "오타"


@pytest.mark.parametrize("button", ["_propose", "_submit"])
def test_what_changes_nothing_is_no_proposal(author: Client, entry: ErrorEntry, button: str) -> None:
    answer = save(author, entry, **{button: "1"})
    assert "바뀐 내용이 없어" in answer.text
    assert not ErrorEntry.with_proposals.exclude(proposal_for=None).exists()


def test_a_proposal_that_says_again_what_readers_see_is_not_reviewed(author: Client, entry: ErrorEntry) -> None:
    before = entry.cause_ko
    save(author, entry, cause_ko="다른 원인")
    save(author, proposal(entry), cause_ko=before)
    author.post(page_of(proposal(entry), "submit"))
    assert proposal(entry).state == "draft"


def test_a_publisher_may_propose_too(publisher: Client, entry: ErrorEntry) -> None:
    save(publisher, entry, message_ko="하나", _propose="x")
    assert (fresh(entry).message_ko, proposal(entry).message_ko) == ("에이전트 오류", "하나")


def test_a_second_proposal_is_refused_with_what_was_typed(author: Client, publisher: Client, entry: ErrorEntry) -> None:
    mine = shown(publisher, page_of(entry))
    save(author, entry, message_ko="하나")
    answer = send(publisher, page_of(entry), mine, message_ko="둘", _propose="x")
    assert answer.status_code == 200
    assert page_of(proposal(entry)) in answer.content.decode().replace("/en/admin", "/admin")
    assert answer.context["adminform"].form["message_ko"].value() == "둘"
    assert proposal(entry).message_ko == "하나"


def test_an_author_is_led_to_the_proposal_that_waits(author: Client, entry: ErrorEntry) -> None:
    mine = shown(author, page_of(entry))
    save(author, entry, message_ko="하나")
    page = author.get(page_of(entry))
    assert not page.context["has_change_permission"]
    assert page_of(proposal(entry)) in page.content.decode()
    assert send(author, page_of(entry), mine, message_ko="둘").status_code == 200
    assert (proposal(entry).message_ko, fresh(entry).message_ko) == ("하나", "에이전트 오류")


def test_who_follows_edit_at_a_part_is_led_to_that_part_of_their_own_change(author, publisher, entry) -> None:
    first, second = entry.resolutions.order_by("order")
    save(author, entry, message_ko="하나")
    change = proposal(entry)
    change.resolutions.filter(body_ko=first.body_ko).delete()
    kept = change.resolutions.get(body_ko=second.body_ko)
    for part, there in (("message", "message"), (f"resolution-{second.pk}", f"resolution-{kept.pk}"), ("", "")):
        answer = author.get(f"{page_of(entry)}?part={part}", follow=True)
        assert answer.redirect_chain == [(f"{page_of(change)}?part={there}", 302)]
        assert "이미 제안한 변경이 있어" in answer.text
    assert author.get(f"{page_of(entry)}?part=resolution-{first.pk}").url == f"{page_of(change)}?part="
    assert author.get(page_of(entry)).status_code == 200
    assert publisher.get(f"{page_of(entry)}?part=message").status_code == 200
    ErrorEntry.with_proposals.filter(pk=change.pk).update(proposed_by=None)
    assert author.get(f"{page_of(entry)}?part=message").status_code == 200


def test_the_page_of_a_proposal_shows_the_difference(author: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="에이전트 없음")
    page = author.get(page_of(proposal(entry)))
    assert [change.path for change in page.context["changes_to_live"]] == ["message_ko"]
    html = page.content.decode()
    assert "<del>오류</del>" in html
    assert "<ins>없음</ins>" in html
    assert "proposal-of-" not in html.split('id="errorentry_form"')[1].split("fieldset")[3]


def test_a_proposal_goes_through_review_to_the_readers(author, publisher, client, entry) -> None:
    save(author, entry, message_ko="에이전트 없음")
    change = proposal(entry)
    assert moves(author, change) == ["submit", "discard"]
    author.post(page_of(change, "submit"), {"reason": "문구"})
    assert moves(author, change) == ["withdraw", "discard"]
    assert moves(publisher, change) == ["publish", "plan", "send-back", "discard"]
    assert "<ins>없음</ins>" in publisher.get(page_of(change, "publish")).content.decode()
    answer = publish(publisher, change, reason="확인함")
    assert answer["Location"].endswith(f"/errorentry/{entry.pk}/change/")
    assert "author: 문구" in Revision.objects.of(entry).first().reason.replace("제안 이유", "").replace(". :", ":")
    assert "에이전트 없음" in client.get(entry.get_absolute_url()).content.decode()


def test_the_address_of_a_change_that_was_published_leads_to_its_entry(author, publisher, entry) -> None:
    save(author, entry, message_ko="하나", _submit="x")
    change = proposal(entry)
    publish(publisher, change)
    answer = author.get(page_of(change), follow=True)
    assert answer.redirect_chain[0][0] == page_of(entry)
    assert "변경 제안이 게시되었습니다" in answer.text or "published" in answer.text
    assert author.get(page_of(change).replace(str(change.pk), "999999")).url == "/admin/"


def test_the_address_of_a_change_that_was_discarded_leads_to_its_entry_and_says_who_did_so_and_why(
    author, publisher, client, entry
) -> None:
    save(author, entry, message_ko="하나", _submit="x")
    change = proposal(entry)
    publisher.post(page_of(change, "discard"), {"reason": "이미 맞습니다"})
    answer = author.get(page_of(change), follow=True)
    assert answer.redirect_chain[0][0] == page_of(entry)
    assert "publisher" in answer.text
    assert "이미 맞습니다" in answer.text
    assert page_of(change, "history") in answer.text
    last = Revision.objects.of(entry).first()
    assert (last.action, last.user.get_username()) == ("discarded", "publisher")
    assert last.reason.startswith("이미 맞습니다")
    assert "author" in last.reason
    assert client.get(page_of(change)).url.startswith("/admin/login/")


def test_the_address_of_a_draft_that_was_discarded_leads_to_what_it_said(author: Client, publisher: Client) -> None:
    add(author, message_ko="새 오류")
    draft = ErrorEntry.objects.get(message_ko="새 오류")
    publisher.post(page_of(draft, "discard"), {"reason": "중복"})
    answer = author.get(page_of(draft), follow=True)
    assert answer.redirect_chain[0][0] == page_of(draft, "history")
    assert "중복" in answer.text


def test_an_author_withdraws_what_is_in_review(author: Client, publisher: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나", _submit="x")
    change = proposal(entry)
    assert publisher.post(page_of(change, "withdraw")).status_code == 403
    author.post(page_of(change, "withdraw"))
    assert fresh(change).state == "draft"


def test_what_is_sent_back_says_why(author: Client, publisher: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나", _submit="x")
    change = proposal(entry)
    assert "reason" not in errors(publisher.post(page_of(change, "send-back"), {"reason": " "}))
    assert fresh(change).state == "review"
    publisher.post(page_of(change, "send-back"), {"reason": "원인이 없습니다."})
    assert fresh(change).state == "draft"
    assert "원인이 없습니다." in author.get(page_of(change)).content.decode()


def test_saving_and_publishing_is_one_press(publisher: Client, author: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나")
    save(publisher, proposal(entry), cause_ko="원인", _publish="x")
    assert (fresh(entry).message_ko, fresh(entry).cause_ko) == ("하나", "원인")


def test_an_author_does_not_publish_by_naming_the_button(author: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나")
    assert save(author, proposal(entry), message_ko="둘", _publish="x").status_code == 403
    assert fresh(entry).message_ko == "에이전트 오류"


def test_what_changed_since_a_proposal_began_is_seen_before_it_is_published(author, publisher, entry) -> None:
    save(author, entry, message_ko="하나")
    save(publisher, entry, cause_ko="neue Ursache")
    change = proposal(entry)
    assert change.cause_ko == ""
    page = publisher.get(page_of(change, "publish"))
    assert [found.path for found in page.context["changes_since"]] == ["cause_ko"]
    assert "neue Ursache" in page.content.decode()
    assert errors(publish(publisher, change))
    assert fresh(entry).message_ko == "에이전트 오류"
    publish(publisher, change, seen=page.context["seen"])
    assert (fresh(entry).message_ko, fresh(entry).cause_ko) == ("하나", "")


def test_what_the_author_wrote_since_is_seen_before_it_is_published(author, publisher, entry) -> None:
    save(author, entry, message_ko="하나", _submit="x")
    change = proposal(entry)
    seen = publisher.get(page_of(change, "publish")).context["shown"]
    save(author, change, cause_ko="spät ergänzt")
    answer = publisher.post(page_of(change, "publish"), {"shown": seen, "reason": "확인함"})
    assert errors(answer)
    assert [found.path for found in answer.context["changes_meanwhile"]] == ["cause_ko"]
    assert (fresh(entry).message_ko, fresh(change).state) == ("에이전트 오류", "review")
    publisher.post(page_of(change, "publish"), {"shown": answer.context["shown"]})
    assert (fresh(entry).message_ko, fresh(entry).cause_ko) == ("하나", "spät ergänzt")


def test_a_new_draft_that_changed_since_is_looked_at_again(author, publisher, entry) -> None:
    add(author, _submit="x")
    draft = ErrorEntry.objects.get(key="new")
    seen = publisher.get(page_of(draft, "publish")).context["shown"]
    save(author, draft, cause_ko="spät ergänzt")
    answer = publisher.post(page_of(draft, "publish"), {"shown": seen})
    assert "spät ergänzt" in answer.content.decode()
    assert fresh(draft).state == "review"
    publisher.post(page_of(draft, "publish"), {"shown": answer.context["shown"]})
    assert fresh(draft).state == "published"


@pytest.mark.parametrize("shown", [None, "", "x", "\x00", "x" * 10_000])
def test_nothing_is_published_by_who_does_not_say_what_they_saw(author, publisher, entry, shown: str | None) -> None:
    save(author, entry, message_ko="하나")
    change = proposal(entry)
    assert errors(publisher.post(page_of(change, "publish"), {} if shown is None else {"shown": shown}))
    assert fresh(entry).message_ko == "에이전트 오류"


def test_who_publishes_is_told_that_there_is_no_fix_and_led_to_the_page_as_readers_get_it(publisher, author) -> None:
    add(author)
    new = ErrorEntry.objects.get(key="new")
    page = publisher.get(page_of(new, "publish")).text
    assert "사용자에게 보이는 해결 방법이 없습니다." in page
    assert "영어 없음" in page
    assert f'href="{new.get_absolute_url()}?preview=1"' in page
    new.resolutions.create(order=1, body_ko="다시 시작하세요.")
    assert "사용자에게 보이는 해결 방법이 없습니다." not in publisher.get(page_of(new, "publish")).text


def test_what_can_be_discarded_is_not_deleted_beside(author, publisher, entry) -> None:
    save(author, entry, message_ko="하나")
    page = publisher.get(page_of(proposal(entry))).text
    assert page_of(proposal(entry), "discard") in page
    assert "deletelink" not in page


def test_saving_and_publishing_what_is_outdated_leads_to_the_difference(author, publisher, entry) -> None:
    save(author, entry, message_ko="하나")
    save(publisher, entry, cause_ko="새 원인")
    answer = save(publisher, proposal(entry), lead_ko="머리말", _publish="x")
    assert answer["Location"].endswith("/publish/")
    assert proposal(entry).lead_ko == "머리말"


def test_an_archived_entry_leads_to_another(publisher: Client, entry: ErrorEntry) -> None:
    other = ErrorEntry.objects.create(key="other", operation=entry.operation, order=2, message_ko="다른 오류")
    page = publisher.get(page_of(entry, "archive")).content.decode()
    assert 'data-field-name="successor"' in page
    assert "다른 오류" not in page
    publisher.post(page_of(entry, "archive"), {"successor": str(other.pk), "reason": "중복"})
    assert (fresh(entry).state, fresh(entry).successor) == ("archived", other)
    assert moves(publisher, entry) == ["archive", "unarchive", "rename"]
    publisher.post(page_of(entry, "unarchive"))
    assert fresh(entry).state == "published"


def test_the_page_of_an_entry_tells_that_readers_can_not_open_its_replacement(publisher, entry: ErrorEntry) -> None:
    other = ErrorEntry.objects.create(key="other", operation=entry.operation, order=2, message_ko="다른 오류")
    publisher.post(page_of(entry, "archive"), {"successor": str(other.pk)})
    assert "다음 항목으로 연결됩니다" in publisher.get(page_of(entry)).text
    ErrorEntry.objects.filter(pk=other.pk).update(state="archived")
    told = publisher.get(page_of(entry)).text
    assert "사용자가 볼 수 없습니다. 다른 항목을 선택하세요" in told
    assert "다음 항목으로 연결됩니다" not in told


@pytest.mark.parametrize("successor", ["own", "999", "x", "-1", "\x00"])
def test_only_another_published_entry_replaces_one(publisher: Client, entry: ErrorEntry, successor: str) -> None:
    number = str(entry.pk) if successor == "own" else successor
    assert errors(publisher.post(page_of(entry, "archive"), {"successor": number}))
    assert fresh(entry).state == "published"


def test_a_renamed_entry_keeps_its_address(publisher: Client, entry: ErrorEntry) -> None:
    publisher.post(page_of(entry, "rename"), {"key": "agent-silent"})
    assert fresh(entry).key == "agent-silent"
    assert FormerKey.objects.get().key == "agent"


@pytest.mark.parametrize("key", ["", "agent", "a b", "한글", "x" * 81, "proposal-of-1", "a/b"])
def test_a_key_that_is_none_is_refused(publisher: Client, entry: ErrorEntry, key: str) -> None:
    assert errors(publisher.post(page_of(entry, "rename"), {"key": key}))
    assert fresh(entry).key == "agent"


@pytest.mark.parametrize("key", ["agent", "former", "proposal-of-1"])
def test_a_new_entry_gets_no_key_that_leads_elsewhere(author: Client, entry: ErrorEntry, key: str) -> None:
    FormerKey.objects.create(key="former", entry=entry)
    answer = add(author, key=key)
    assert "key" in answer.context["adminform"].form.errors


def test_the_key_of_a_draft_can_still_be_chosen(author: Client) -> None:
    add(author)
    draft = ErrorEntry.objects.get(key="new")
    save(author, draft, key="newer")
    assert fresh(draft).key == "newer"
    assert not FormerKey.objects.exists()


def test_a_review_is_noted(publisher: Client, entry: ErrorEntry) -> None:
    ErrorEntry.objects.update(reviewed=None)
    publisher.post(page_of(entry, "reviewed"))
    assert fresh(entry).reviewed is not None


def test_what_is_discarded_is_gone_and_its_entry_stays(author: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나")
    answer = author.post(page_of(proposal(entry), "discard"))
    assert answer["Location"].endswith(f"/errorentry/{entry.pk}/change/")
    assert list(ErrorEntry.objects.all()) == [entry]


def test_asking_changes_nothing(publisher: Client, entry: ErrorEntry) -> None:
    before = Revision.objects.count()
    for name in ("archive", "rename", "reviewed"):
        assert publisher.get(page_of(entry, name)).status_code == 200
    assert (fresh(entry).state, Revision.objects.count()) == ("published", before)


@pytest.mark.parametrize("name", ["submit", "publish", "send-back", "unarchive", "discard"])
def test_a_move_that_does_not_fit_the_state_leads_back(publisher: Client, entry: ErrorEntry, name: str) -> None:
    for answer in (publisher.get(page_of(entry, name)), publisher.post(page_of(entry, name), {"reason": "x"})):
        assert answer.status_code == 302
        assert answer["Location"].endswith("/change/")
    assert fresh(entry).state == "published"


@pytest.mark.parametrize("number", ["999", "x", "1_5", "%00"])
def test_a_move_of_nothing_leads_to_the_start(publisher: Client, number: str) -> None:
    assert publisher.post(f"/admin/troubleshoot/errorentry/{number}/archive/").status_code == 302


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_verbs_are_refused(publisher: Client, entry: ErrorEntry, method: str) -> None:
    assert getattr(publisher, method)(page_of(entry, "archive")).status_code == 405


def test_a_reason_of_any_length_is_no_fault(publisher: Client, entry: ErrorEntry) -> None:
    save(publisher, entry, message_ko="하나", change_reason="왜" * 10_000)
    assert len(Revision.objects.of(entry).first().reason) == 500
    assert errors(publisher.post(page_of(entry, "archive"), {"reason": "왜" * 10_000}))


def test_the_list_says_where_each_entry_stands(author: Client, publisher: Client, entry: ErrorEntry) -> None:
    save(author, entry, message_ko="하나")
    ErrorEntry.objects.create(
        key="other", operation=entry.operation, order=2, message_ko="다른 오류", state="archived", staff_only=True
    )
    html = publisher.get("/en" + LIST).content.decode()
    assert "published · change proposed (draft)" in html
    assert "proposed change: draft" in html
    assert "다른 오류" not in html
    assert "archived · for staff only" in publisher.get("/en" + LIST, {"q": "다른"}).content.decode()


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 2),
        ({"state": "published"}, 1),
        ({"state": "draft"}, 1),
        ({"state": "archived"}, 1),
        ({"state": "proposals"}, 1),
        ({"state": "all"}, 3),
        ({"state": "nonsense"}, 2),
        ({"staff": "entry", "state": "all"}, 1),
        ({"staff": "resolution"}, 1),
        ({"staff": "nonsense"}, 2),
    ],
)
def test_the_list_is_filtered_by_state(author, entry, query: dict[str, str], number: int) -> None:
    save(author, entry, message_ko="하나")
    archived = {"state": "archived", "staff_only": True}
    ErrorEntry.objects.create(key="other", operation=entry.operation, order=2, message_ko="오류", **archived)
    Resolution.objects.filter(entry=entry, order=1).update(staff_only=True)
    assert author.get(LIST, query).context["cl"].result_count == number


@pytest.mark.parametrize(
    ("query", "keys"), [(("successor", "errorentry"), {"agent"}), (("entry", "flowlink"), {"agent", "x"})]
)
def test_a_choice_of_entries_offers_no_proposals(author, publisher, entry, query: tuple[str, str], keys: set) -> None:
    save(author, entry, message_ko="하나")
    ErrorEntry.objects.create(key="x", operation=entry.operation, order=2, message_ko="오류", state="draft")
    field, model = query
    asked = {"app_label": "troubleshoot", "model_name": model, "field_name": field}
    found = publisher.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert {ErrorEntry.with_proposals.get(pk=line["id"]).key for line in found} == keys


@pytest.mark.parametrize("name", ["archive", "rename"])
def test_what_depends_on_an_entry_is_shown_before_its_address_changes(publisher: Client, entry, name: str) -> None:
    step = Step.objects.get(help_ko__contains="portal:error/agent")
    assert [row for _said, row, _page in publisher.get(page_of(entry, name)).context["dependents"]] == [step]
    place = {"operation": entry.operation, "message_ko": "다른 오류"}
    linking = ErrorEntry.objects.create(key="linking", order=5, cause_en="[x](portal:error/agent)", **place)
    ErrorEntry.objects.create(key="not-linking", order=6, cause_en="[x](portal:error/agent-2)", **place)
    replaced = ErrorEntry.objects.create(key="replaced", order=7, state="archived", successor=entry, **place)
    flow = make_flow("offered", published=True, order=20)
    FlowLink.objects.create(entry=entry, flow=flow)
    page = publisher.get(page_of(entry, name))
    found = {row for _said, row, _page in page.context["dependents"]}
    assert {linking, step, flow, replaced} <= found
    assert {row.key for row in found if isinstance(row, ErrorEntry)} == {"linking", "replaced"}
    for row in (linking, flow, replaced):
        assert f'href="{page_of(row)}"' in page.text


def test_a_link_to_a_former_key_depends_on_the_entry_too(publisher: Client, entry: ErrorEntry) -> None:
    entry.resolutions.filter(order=1).update(body_en="[itself](portal:error/agent)")
    publisher.post(page_of(entry, "rename"), {"key": "renamed"})
    section = entry.operation.section
    Section.objects.filter(pk=section.pk).update(body_ko="[x](portal:error/agent)")
    dependents = publisher.get(page_of(entry, "archive")).context["dependents"]
    assert section in [row for _said, row, _page in dependents]


def test_a_text_that_nobody_can_see_is_none(editor, entry):
    answer = save(editor, entry, message_ko="\u200b\u200d", message_en=" \u2060")
    assert answer.status_code == 200
    save(editor, entry, cause_ko="\u200b")
    entry.refresh_from_db()
    assert (entry.message_ko, entry.cause_ko) == ("에이전트 오류", "")


def test_what_others_lead_to_is_not_deleted(editor, entry):
    old = ErrorEntry.objects.create(
        key="old", operation=entry.operation, order=30, message_ko="옛 오류", state="archived", successor=entry
    )
    address = f"/en/admin/troubleshoot/errorentry/{entry.pk}/delete/"
    assert "Leads readers here, as what replaced it: 옛 오류" in editor.get(address).text
    editor.post(address, {"post": "yes"})
    old.refresh_from_db()
    assert old.successor == entry
