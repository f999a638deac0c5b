"""Tests of planned publication in the administration: it is asked for by the portal's clocks, told, and taken back."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.admin.forms import opened, page_of, save
from troubleshoot.models import ErrorEntry, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_korean")]


def in_days(days: float) -> datetime:
    """A whole minute, by the clocks of the portal."""
    return timezone.localtime(timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def moves(client: Client, page: ErrorEntry) -> list[str]:
    return [move.name for move in opened(client, page_of(page))["moves"]]


def ask(client: Client, page: ErrorEntry, time: str, **more: str):
    shown = opened(client, page_of(page, "plan"))["shown"]
    return client.post(page_of(page, "plan"), {"time": time, "shown": shown} | more)


def test_a_time_is_by_the_portals_clocks_and_told_with_its_zone(proposal, publisher: Client, author: Client) -> None:
    time = in_days(3)
    assert "Asia/Seoul" in publisher.get(page_of(proposal, "plan")).text
    assert ask(publisher, proposal, f"{time:%Y-%m-%dT%H:%M}", reason="새 릴리스").url == page_of(proposal)
    assert Plan.objects.get().time == time
    for client in (publisher, author):
        page = client.get(page_of(proposal)).text
        assert "게시 예정:" in page
        assert "(Asia/Seoul)" in page
        assert "예약 게시" in client.get("/admin/").text
    again = publisher.get(page_of(proposal, "plan")).text
    assert f'value="{time:%Y-%m-%dT%H:%M}"' in again


def test_only_a_time_ahead_and_within_a_year_is_taken(proposal, publisher: Client) -> None:
    far = [f"{in_days(days):%Y-%m-%dT%H:%M}" for days in (-1, 400)]
    for odd in ("", "soon", "0001-01-01T00:00", "9999-12-31T23:59", "1\0", *far):
        assert ask(publisher, proposal, odd).context["form"].errors
    assert not Plan.objects.exists()


def test_it_is_taken_back_and_then_offers_no_taking_back(proposal, publisher: Client) -> None:
    assert "unplan" not in moves(publisher, proposal)
    ask(publisher, proposal, f"{in_days(1):%Y-%m-%dT%H:%M}")
    assert "unplan" in moves(publisher, proposal)
    publisher.post(page_of(proposal, "unplan"))
    assert not Plan.objects.exists()
    assert publisher.post(page_of(proposal, "unplan")).status_code == 403


def test_an_author_neither_plans_nor_takes_back(proposal, publisher: Client, author: Client) -> None:
    assert author.get(page_of(proposal, "plan")).status_code == 403
    ask(publisher, proposal, f"{in_days(1):%Y-%m-%dT%H:%M}")
    assert author.post(page_of(proposal, "unplan")).status_code == 403
    assert Plan.objects.exists()


def test_who_saves_a_planned_text_reads_whether_it_stays_planned(proposal, publisher: Client, author: Client) -> None:
    ask(publisher, proposal, f"{in_days(1):%Y-%m-%dT%H:%M}")
    for client, text, told in ((publisher, "새 메시지", "게시 예정:"), (author, "ㅋㅋㅋ", "편집자가 다시 승인해야")):
        answer = save(client, proposal, message_ko=text)
        assert told in client.get(answer.url).text.partition('class="breadcrumbs"')[2].partition("</ul>")[0]


def test_the_desk_and_the_published_page_tell_of_a_plan_before_it_fails(proposal, publisher, author: Client) -> None:
    ask(publisher, proposal, f"{in_days(1):%Y-%m-%dT%H:%M}")
    live = page_of(proposal.proposal_for)
    assert "여기서 변경을 저장하면 편집자가 다시 승인해야 합니다." in publisher.get(live).text
    assert "승인한 뒤에" not in publisher.get("/admin/").text
    save(author, proposal, message_ko="다른 메시지")
    for client in (publisher, author):
        assert "승인한 뒤에 글이 변경되었습니다" in client.get("/admin/").text


def test_what_changed_since_it_was_looked_at_is_shown_before_it_is_approved(proposal, publisher: Client) -> None:
    time = f"{in_days(1):%Y-%m-%dT%H:%M}"
    shown = opened(publisher, page_of(proposal, "plan"))["shown"]
    ErrorEntry.with_proposals.get(pk=proposal.pk).resolutions.update(body_ko="다른 글")
    answer = publisher.post(page_of(proposal, "plan"), {"time": time, "shown": shown})
    assert answer.context["changes_meanwhile"]
    assert not Plan.objects.exists()


def test_the_page_and_the_desk_say_what_is_in_the_way_what_failed_and_what_is_overdue(proposal, publisher) -> None:
    ask(publisher, proposal, f"{in_days(1):%Y-%m-%dT%H:%M}")
    Plan.objects.update(time=in_days(-1))
    assert "publish_due" in publisher.get(page_of(proposal)).text
    assert "게시 시각 지남" in publisher.get("/admin/").text
    proposal.resolutions.update(body_ko="다른 글")
    assert "승인한 뒤에 글이 변경되었습니다" in publisher.get(page_of(proposal)).text
    Plan.objects.update(missed=timezone.now())
    assert "예약한 시각에 게시하지 못했습니다" in publisher.get(page_of(proposal)).text
    assert "게시하지 못함" in publisher.get("/admin/").text
