"""Tests of the address of an image: what is answered, how long it is kept, and what an entry's page makes of it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.conftest import make_entry
from tests.editing.test_images import picture, taken
from troubleshoot.models import ErrorEntry, Image, Resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(db) -> Image:
    return taken(picture())


def test_an_image_is_served_as_what_it_is_and_kept_for_good(client: Client, image: Image) -> None:
    answer = client.get(image.get_absolute_url())
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer.content == image.content
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == 'inline; filename="image.png"'
    assert "Set-Cookie" not in answer
    assert client.get(image.get_absolute_url(), headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("key", ["nothing", "a" * 200, "0-0x0"])
def test_an_unknown_image_is_not_found(client: Client, key: str) -> None:
    assert client.get(reverse("image", args=(key,))).status_code == 404


def test_readers_see_the_image_of_a_resolution_on_the_page_and_in_its_editions(
    client: Client, copies, image: Image
) -> None:
    copies.make("entry and wizard", make_entry)
    entry = ErrorEntry.objects.get(key="agent")
    Resolution.objects.filter(entry=entry, order=1).update(body_ko=f"다시 설치합니다.\n\n![설정 화면]({image.target})")
    page = client.get("/errors/agent/").content.decode()
    assert f'<img src="{image.get_absolute_url()}" alt="설정 화면" width="40" height="20" loading="lazy">' in page
    assert (
        f"![설정 화면](http://testserver{image.get_absolute_url()})" in client.get("/errors/agent.md").content.decode()
    )
    assert "설정 화면" in client.get("/errors/agent.txt").content.decode()
    told = client.get("/api/v1/errors/agent").content.decode()
    assert f"http://testserver{image.get_absolute_url()}" in told
