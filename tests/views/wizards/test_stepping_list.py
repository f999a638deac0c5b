"""Holds the list of the wizards."""

import pytest

from tests.flows import make_flow

pytestmark = pytest.mark.django_db


def test_every_wizard_says_what_it_is_how_long_it_takes_and_what_to_have_at_hand(client, content):
    page = client.get("/wizards/").content.decode()

    for flow, minutes in (("vm-agent", 15), ("network", 30), ("vm-snapshot", 20)):
        assert f'<h2><a href="/wizards/{flow}/">' in page
        assert f"약 {minutes}분" in page
    assert page.count("준비할 것") == 4
    assert "VM에 로그온할 수 있는 관리자 계정" in page


def test_it_speaks_english_too(client, content):
    page = client.get("/en/wizards/").content.decode()

    assert '<a href="/en/wizards/vm-agent/">Install, update, and check the VM agent</a>' in page
    assert "About 15 minutes" in page


def test_an_unpublished_wizard_is_not_listed(client, agent):
    make_flow("draft", published=False, order=2)

    page = client.get("/wizards/").content.decode()

    assert "/wizards/agent/" in page
    assert "draft" not in page


def test_without_wizards_it_says_so(client, db):
    assert "등록된 단계별 해결이 아직 없습니다" in client.get("/wizards/").content.decode()


def test_the_queries_do_not_grow_with_the_wizards(client, agent, count_queries):
    few = count_queries(lambda: client.get("/wizards/"))
    for number in range(2, 8):
        make_flow(f"more-{number}", order=number)

    assert count_queries(lambda: client.get("/wizards/")) == few
