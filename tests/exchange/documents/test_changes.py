"""What a newer edition says is written into thousands of entries at once, and stands as if each had been edited."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.documents.cast import document, error, in_english
from troubleshoot.document.dataset import Resolution as Way
from troubleshoot.editing import publishing, revisions
from troubleshoot.exchange.documents import carry_out, plan_documents
from troubleshoot.models import ErrorEntry, Resolution, Revision
from troubleshoot.search.engine import SearchRequest, search

pytestmark = pytest.mark.django_db

WAYS = (Way("리눅스에서", "다시 시작합니다.", "document"), Way("", "공간을 비웁니다.", "document"))


def bring(*datasets: Any, publish: bool = True, user: User | None = None) -> Any:
    return carry_out(plan_documents(datasets), publish=publish, user=user)


def entry(**more: Any) -> Any:
    said = {"codes": ("E1000",), "title": "디스크", "cause": "공간이 없습니다.", "resolutions": WAYS}
    return error("disk", "디스크가 가득 찼습니다.", **said | more)


CHANGES = {
    "message": {"message": "디스크에 자리가 없습니다."},
    "cause": {"cause": ""},
    "ways exchanged": {"resolutions": WAYS[::-1]},
    "a way more": {"resolutions": (*WAYS, Way("", "디스크를 늘립니다.", "document"))},
    "a way less": {"resolutions": WAYS[1:]},
    "no way": {"resolutions": ()},
    "code": {"codes": ("E2000",)},
    "title": {"title": "가득 찬 디스크"},
    "all": {
        "message": "자리가 없습니다.",
        "codes": ("E1000", "E3"),
        "cause": "가득.",
        "resolutions": (WAYS[1],),
        "title": "",
    },
}


def changed(name: str) -> Any:
    said = dict(CHANGES[name])
    message = said.pop("message", "디스크가 가득 찼습니다.")
    more = {"codes": ("E1000",), "title": "디스크", "cause": "공간이 없습니다.", "resolutions": WAYS} | said
    return document(error("disk", message, **more), edition="2")


@pytest.mark.parametrize("name", CHANGES)
def test_the_history_has_each_content_as_it_is_then(name) -> None:
    bring(document(entry()))
    bring(changed(name))
    row = ErrorEntry.objects.get()
    (last, first) = Revision.objects.of(row)
    assert (last.action, last.number, first.number) == ("imported", 2, 1)
    assert last.content == revisions.content_of(row)
    assert last.digest == revisions.digest_of(row) != first.digest
    assert {plan.status.value for plan in plan_documents([changed(name)]).rows} == {"unchanged"}


@pytest.mark.parametrize("name", CHANGES)
def test_a_proposal_says_what_the_entry_would_and_can_be_published(name) -> None:
    user = User.objects.create_superuser("root")
    bring(document(entry()))
    bring(changed(name), publish=False, user=user)
    proposal = ErrorEntry.with_proposals.proposals().get()
    last = Revision.objects.of(proposal).get()
    assert (last.action, last.user, last.content) == ("created", user, revisions.content_of(proposal))
    assert not publishing.is_outdated(proposal)
    publishing.publish(proposal, user=user)
    assert {plan.status.value for plan in plan_documents([changed(name)]).rows} == {"unchanged"}


def test_a_proposal_that_waits_is_renewed_and_its_history_goes_on() -> None:
    bring(document(entry()))
    bring(changed("message"), publish=False)
    bring(changed("all"), publish=False)
    proposal = ErrorEntry.with_proposals.proposals().get()
    assert [each.action for each in Revision.objects.of(proposal)] == ["edited", "created"]
    assert Revision.objects.of(proposal)[0].content == revisions.content_of(proposal)
    assert proposal.message_ko == "자리가 없습니다."
    bring(changed("cause"))
    assert not ErrorEntry.with_proposals.proposals().exists()


def test_a_way_that_stays_is_the_same_row_wherever_it_stands_now() -> None:
    bring(document(entry()))
    before = dict(Resolution.objects.values_list("body_ko", "pk"))
    bring(changed("ways exchanged"))
    assert dict(Resolution.objects.values_list("body_ko", "pk")) == before
    assert list(Resolution.objects.order_by("order").values_list("body_ko", flat=True)) == [
        way.body for way in WAYS[::-1]
    ]


def test_what_a_program_wrote_without_history_is_noted_as_found() -> None:
    bring(document(entry()))
    ErrorEntry.objects.update(lead_ko="먼저 읽으십시오.")
    bring(document(entry(codes=("E1000", "E2000")), edition="2"))
    row = ErrorEntry.objects.get()
    assert [each.action for each in Revision.objects.of(row)] == ["imported", "found", "imported"]
    assert Revision.objects.of(row)[1].content["lead_ko"] == "먼저 읽으십시오."


def test_what_changed_is_found_by_the_next_search() -> None:
    bring(document(entry()))
    bring(changed("code"))
    assert [hit.key for hit in search(SearchRequest("E2000")).hits] == ["guide--disk"]


def test_what_is_certain_of_a_twin_is_written_and_the_rest_proposed_beside_it() -> None:
    bring(document(entry(), error("agent", "에이전트가 없습니다.")))
    english = in_english(
        error("disk", "The disk is full.", codes=("E1000",), title="Disk", cause="No space.", fix="Restart."),
        error("agent", "The agent is missing.", fix="Install it."),
    )
    korean = document(entry(cause="가득."), error("agent", "에이전트를 찾을 수 없습니다."), edition="2")
    bring(korean, english)
    disk, agent = ErrorEntry.objects.with_everything().in_document_order()
    assert (disk.cause_ko, disk.message_en) == ("가득.", "The disk is full.")
    assert (agent.message_ko, agent.message_en or "") == ("에이전트를 찾을 수 없습니다.", "")
    proposal = agent.proposal
    assert (proposal.message_ko, proposal.message_en) == ("에이전트를 찾을 수 없습니다.", "The agent is missing.")
    assert not publishing.is_outdated(proposal)


@pytest.mark.parametrize("publish", [False, True])
def test_many_changed_entries_take_no_more_queries_than_few(publish) -> None:
    def queries(count: int, key: str) -> int:
        def edition(word: str) -> Any:
            rows = (error(f"{n}", f"오류 {n}번이 {word}.", codes=(f"E{n}000",), resolutions=WAYS) for n in range(count))
            return document(*rows, key=key)

        bring(edition("났습니다"))
        plan = plan_documents([edition("생겼습니다")])
        with CaptureQueriesContext(
            connection,
        ) as captured:
            carry_out(plan, publish=publish)
        return len(captured)

    assert queries(40, "many") == queries(4, "few")
