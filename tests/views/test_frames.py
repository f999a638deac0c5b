"""A page whose frame was rendered before shows its own texts, and nothing of any other."""

import pytest
from django.core.cache import caches

pytestmark = pytest.mark.django_db


def test_a_search_shows_nothing_of_the_one_before(client, content, prefix):
    client.get(f"{prefix}/search/", {"q": "first-typed", "kind": "error"})

    page = client.get(f"{prefix}/search/", {"q": "then-typed"}).content.decode()

    assert "first-typed" not in page
    assert 'name="kind"' not in page
    # Title, form, canonical addresses, the other language, and the results.
    assert page.count("then-typed") > 6


def test_what_is_typed_is_text_in_every_place(client, content):
    for typed in ("\ue000region\ue001", '"><script>alert(1)</script>', "</title>", "%(query)s {{ query }}"):
        page = client.get("/search/", {"q": typed}).content.decode()

        assert "<script>alert" not in page
        assert page.count("</title>") == 1
        assert page.count('<div id="results">') == 1
        assert page.count('class="search-made"') == 1


def test_the_links_of_a_page_are_of_the_host_that_was_asked(client, content, settings):
    settings.ALLOWED_HOSTS = ["one.example", "other.example"]
    client.get("/search/", {"q": "VM"}, headers={"Host": "one.example"})

    page = client.get("/search/", {"q": "VM"}, headers={"Host": "other.example"}).content.decode()

    assert "http://other.example/search/" in page
    assert "one.example" not in page


def test_a_frame_is_rendered_once_and_fills_no_memory(client, content):
    client.get("/search/", {"q": "warm"})
    before = caches["frames"].bytes
    client.get("/search/", {"q": "warm again"})
    kept = caches["frames"].bytes
    for number in range(5):
        client.get("/search/", {"q": f"typed {number}"})

    assert caches["frames"].bytes == kept >= before
