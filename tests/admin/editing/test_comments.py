"""Tests of the page on which a text in review is talked about: who sees it, what it does, and what it refuses."""

import re

import pytest
from django.contrib.auth.models import User

from tests.admin.forms import member, opened, page_of
from tests.flows import make_flow
from troubleshoot.editing import comments, publishing
from troubleshoot.models import ReviewComment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_korean")]


def say(client, page, text="길어요", **more: object):
    return client.post(page_of(page, "talk"), {"text": text, **more})


def test_a_remark_on_a_field_is_kept_and_shown_with_it(proposal, publisher, author) -> None:
    [(field, _place)] = opened(publisher, page_of(proposal, "talk"))["fields"]
    answer = say(publisher, proposal, about=field.about)
    comment = ReviewComment.objects.get()
    assert answer.url == f"{page_of(proposal, 'talk')}#comment-{comment.pk}"
    page = author.get(page_of(proposal, "talk")).text
    assert page.index(field.change.title) < page.index("길어요")
    assert "길어요" in author.get(page_of(proposal)).text
    assert "길어요" in author.get("/admin/").text
    assert "길어요" in publisher.get(page_of(proposal, "publish")).text
    assert "길어요" in publisher.get(page_of(proposal, "send-back")).text


def test_it_is_answered_and_resolved_in_one_step_and_opened_again(proposal, publisher, author) -> None:
    say(publisher, proposal)
    thread = ReviewComment.objects.get()
    say(author, proposal, "줄였습니다", answer_to=thread.pk, resolve=thread.pk)
    assert ReviewComment.objects.get(answer_to=thread).text == "줄였습니다"
    assert comments.open_in(proposal) == []
    publisher.post(page_of(proposal, "talk"), {"reopen": thread.pk})
    assert comments.open_in(proposal) == [thread]


def test_a_text_is_plain_bounded_and_lines_count_once(proposal, publisher) -> None:
    for text in ("", " \n ", "가" * 1001, "a\x00b"):
        say(publisher, proposal, text)
    assert not ReviewComment.objects.exists()
    assert "1000자" in publisher.get(page_of(proposal, "talk")).text
    say(publisher, proposal, "<script>\r\n" + "가" * 991)
    page = publisher.get(page_of(proposal, "talk")).text
    assert "&lt;script&gt;<br>" in page
    assert "<script>\n가" not in page


def test_who_only_looks_reads_and_says_nothing(proposal, publisher) -> None:
    say(publisher, proposal)
    for other in (member("author", "another"), member("analyst")):
        page = other.get(page_of(proposal, "talk")).text
        assert "길어요" in page
        assert "<textarea" not in page
        assert say(other, proposal).status_code == 403
    assert ReviewComment.objects.count() == 1


def test_odd_requests_are_refused_and_change_nothing(proposal, publisher) -> None:
    address = page_of(proposal, "talk")
    assert publisher.put(address).status_code == 405
    assert publisher.get(address.replace(str(proposal.pk), "99999")).status_code == 302
    for odd in ({}, {"resolve": "x"}, {"reopen": "9" * 40}, {"text": "!", "answer_to": "999"}):
        assert publisher.post(address, odd).status_code == 302
    say(publisher, proposal, "!", answer_to="²")
    assert [comment.answer_to for comment in ReviewComment.objects.all()] == [None]


def test_published_its_history_leads_to_what_was_said(entry, proposal, publisher) -> None:
    say(publisher, proposal)
    publishing.publish(proposal, user=User.objects.get(username="publisher"))
    assert page_of(entry, "talk") in publisher.get(page_of(entry, "history")).text
    page = publisher.get(page_of(entry, "talk"))
    assert "길어요" in page.text
    assert "<textarea" not in page.text
    say(publisher, entry)
    assert ReviewComment.objects.count() == 1
    assert page_of(entry, "talk") not in publisher.get(page_of(entry)).text


def test_who_says_something_with_an_ended_session_signs_in_and_it_is_not_lost(proposal, publisher) -> None:
    publisher.cookies.pop("sessionid")
    assert ("text", "길어요") in say(publisher, proposal).context["kept"]


def test_each_field_leads_to_its_place_on_the_form_of_who_may_edit_it(proposal, publisher) -> None:
    proposal.aliases.create(kind="code", text_ko="4711")
    for one in proposal.resolutions.all():
        one.body_ko += " 새 글"
        one.save()
    fields = opened(publisher, page_of(proposal, "talk"))["fields"]
    assert {field.change.path.partition("/")[0] for field, _place in fields} >= {"message_ko", "resolutions", "aliases"}
    for field, place in fields:
        address, _hash, named = place.partition("#")
        assert address == page_of(proposal)
        [tag] = re.findall(f'<[^<]* id="{named}"[^<]*', publisher.get(address).text)
        assert tag.startswith("<select") or field.change.after in tag, named
    assert [place for _field, place in opened(member("analyst"), page_of(proposal, "talk"))["fields"]] == [None] * len(
        fields
    )


def test_a_field_of_a_step_leads_to_the_form_of_the_step(publisher) -> None:
    flow = make_flow("another", published=False, order=20)
    fields = opened(publisher, page_of(flow, "talk"))["fields"]
    inside = [
        (field.change.path.split("/"), place) for field, place in fields if field.change.path.startswith("steps/")
    ]
    assert {len(path) for path, _place in inside} >= {3, 5}
    for _path, place in inside:
        address, _hash, named = place.partition("#")
        assert f'id="{named}"' in publisher.get(address).text, named
