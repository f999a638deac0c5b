"""Holds what the address of an entry answers, page and API, once the entry is renamed, archived or hidden."""

import pytest

from troubleshoot.models import ErrorEntry, FormerKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(make_entry) -> ErrorEntry:
    return make_entry(key="current")


class TestLeadingOn:
    def test_a_former_key_leads_to_the_entry_for_good(self, client, entry, prefix):
        FormerKey.objects.create(key="former", entry=entry)
        answer = client.get(f"{prefix}/errors/former/")
        assert (answer.status_code, answer["Location"]) == (301, f"{prefix}/errors/current/")

    def test_an_archived_entry_leads_to_its_successor(self, client, entry, make_entry, prefix):
        make_entry(key="old", state="archived", successor=entry)
        answer = client.get(f"{prefix}/errors/old/")
        assert (answer.status_code, answer["Location"]) == (301, f"{prefix}/errors/current/")

    def test_no_browser_follows_it_unasked_for_good_as_an_entry_may_come_back(self, client, entry, make_entry):
        make_entry(key="old", state="archived", successor=entry)
        assert "no-cache" in client.get("/errors/old/")["Cache-Control"]

    def test_the_api_leads_on_with_the_language_asked_for(self, client, entry, make_entry):
        FormerKey.objects.create(key="former", entry=entry)
        make_entry(key="old", state="archived", successor=entry)
        for key in ("former", "old"):
            answer = client.get(f"/api/v1/errors/{key}?lang=en")
            assert (answer.status_code, answer["Location"]) == (301, "/api/v1/errors/current?lang=en")
            assert answer["Access-Control-Allow-Origin"] == "*"


class TestExplaining:
    def test_an_archived_entry_is_explained_and_nothing_of_it_is_shown(self, client, make_entry, prefix):
        make_entry(key="snapshot-old", state="archived", message_ko="사라진 문장", message_en="A text that is gone")
        make_entry(key="snapshot-new", message_en="Snapshot of a disk failed")
        answer = client.get(f"{prefix}/errors/snapshot-old/")
        page = answer.content.decode()
        assert answer.status_code == 410
        assert 'role="search"' in page
        assert f'href="{prefix}/errors/snapshot-new/"' in page
        assert 'name="robots" content="noindex"' in page
        assert "사라진" not in page
        assert "gone" not in page.split("<h1>")[1].split("</h1>")[0]

    def test_the_api_says_so_in_its_own_shape(self, client, make_entry):
        make_entry(key="old", state="archived")
        answer = client.get("/api/v1/errors/old?lang=en")
        assert answer.status_code == 410
        assert answer.json()["error"]["code"] == "gone"

    def test_it_comes_back_with_the_entry(self, client, make_entry):
        entry = make_entry(key="old", state="archived")
        assert client.get("/errors/old/").status_code == 410
        entry.state = "published"
        entry.save()
        assert client.get("/errors/old/").status_code == 200

    @pytest.mark.parametrize("hidden", [{"state": "draft"}, {"state": "review"}, {"staff_only": True}])
    def test_what_was_never_public_is_as_unknown_as_anything(self, client, make_entry, hidden):
        make_entry(key="concealed", **hidden)
        for path in ("/errors/{}/", "/api/v1/errors/{}"):
            hidden_answer, unknown_answer = (client.get(path.format(key)) for key in ("concealed", "unknown"))
            assert hidden_answer.status_code == 404
            assert hidden_answer.content.replace(b"concealed", b"") == unknown_answer.content.replace(b"unknown", b"")

    def test_only_reading_is_answered(self, client, make_entry):
        make_entry(key="old", state="archived")
        assert client.post("/errors/old/").status_code == 405
        assert client.post("/api/v1/errors/old").status_code == 405


def test_an_edit_is_live_on_the_next_request(client, entry):
    before = client.get("/errors/current/")
    entry.cause_ko = "새 원인"
    entry.save()
    after = client.get("/errors/current/", headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, "새 원인" in after.content.decode()) == (200, True)
