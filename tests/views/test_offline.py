"""Holds the portal without a network: all that is published on one page, the worker that keeps it, the manifest."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw

from troubleshoot.models import ErrorAlias, ErrorEntry, Flow

pytestmark = pytest.mark.django_db


def test_every_published_entry_and_wizard_is_on_one_page(client, content, prefix):
    page = client.get(f"{prefix}/offline/").content.decode()

    assert page.count('<details class="kept"') == 28 + Flow.objects.published().count()
    assert f'data-path="{prefix}/errors/subnet-does-not-exist/"' in page
    assert len(gzip.compress(page.encode())) < 500_000


def test_what_readers_do_not_see_is_not_in_it(client, content):
    ErrorEntry.objects.filter(key="subnet-does-not-exist").update(state="draft")

    assert "subnet-does-not-exist" not in client.get("/offline/").content.decode()


def test_what_customers_say_is_searched_in_it_in_its_language_and_not_read(client, content):
    page = client.get("/offline/").content.decode()
    assert re.search(r'data-path="/wizards/vm-snapshot/" data-words="[^"]*스냅숏이 안 찍혀요', page)
    symptom = ErrorAlias.objects.filter(kind="symptom").first()
    assert re.search(rf'data-path="/errors/{symptom.entry.key}/" data-words="[^"]*{re.escape(symptom.text_ko)}', page)
    assert "안 찍혀요" not in client.get("/en/offline/").content.decode()


def test_it_says_when_it_was_copied_and_of_each_text_how_old_it_is(client, content):
    page = client.get("/en/offline/").content.decode()

    assert re.search(r"Copied from the portal on .*20\d\d.*\(KST\)", page)
    title = r'<span class="of-document"><a href="/en/document/#[^"]*">.*, </span>'
    of_2016 = rf'<p class="source">Source: {title}Microsoft, Aug. 26, 2016\s+· Not reviewed'
    assert len(re.findall(of_2016, page)) == page.count('<details class="kept"')


def test_it_asks_no_more_for_more_entries(client, make_entries, count_queries):
    make_entries(10)
    few = count_queries(lambda: client.get("/offline/"))
    make_entries(10)

    assert count_queries(lambda: client.get("/offline/")) == few


def test_an_empty_portal_has_an_empty_copy(client, db):
    assert client.get("/offline/").content.decode().count("<details") == 0


def test_the_worker_may_answer_for_the_whole_site_and_is_never_old(client):
    response = client.get("/worker.js")

    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in response["Cache-Control"]
    assert '"en": "/en/offline/"' in response.content.decode()
    assert "portal." in response.content.decode()


@pytest.mark.parametrize(("address", "home"), [("/manifest.webmanifest", "/"), ("/en/manifest.webmanifest", "/en/")])
def test_a_device_can_install_it_in_either_language(client, address, home):
    told = json.loads(client.get(address).content)

    assert told["start_url"] == home
    assert told["name"]
    assert told["icons"][0]["src"].endswith(".svg")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


def test_each_picture_of_the_icon_has_the_size_that_is_told_of_it_and_weighs_little(client):
    told = json.loads(client.get("/manifest.webmanifest").content)["icons"]
    pictures = {icon["src"]: icon["sizes"] for icon in told if icon["type"] == "image/png"}
    (touched,) = re.findall(r'<link rel="apple-touch-icon" href="([^"]+)">', client.get("/about/").content.decode())

    assert len(pictures) == 3
    for address, sizes in (pictures | {touched: "180x180"}).items():
        file = finders.find(address.removeprefix("/static/"))
        with Image.open(file) as picture:
            assert f"{picture.width}x{picture.height}" == sizes
        assert Path(file).stat().st_size < 8_000


def test_a_picture_that_a_device_cuts_into_shape_has_its_drawing_in_the_safe_zone():
    with Image.open(finders.find("troubleshoot/icon-maskable-512.png")) as picture:
        assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
        drawn = picture.convert("L").point(lambda grey: 255 if grey > 160 else 0)

    assert drawn.getbbox()
    ImageDraw.Draw(drawn).ellipse((51, 51, 461, 461), fill=0)  # two fifths of the side around the middle
    assert drawn.getbbox() is None
