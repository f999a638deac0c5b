"""Holds the pages about the portal itself: whose text it is, what it keeps, and for staff what it looks like."""

import re
import tomllib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from troubleshoot.views.about import COLOURS, SIZES, SPACES

pytestmark = pytest.mark.django_db

TOKENS = Path(finders.find("troubleshoot/css/tokens.css")).read_text()
PORTAL = Path(finders.find("troubleshoot/css/portal.css")).read_text()
ADMINISTRATION = Path(finders.find("troubleshoot/css/admin-face.css")).read_text()


def test_it_says_whose_text_it_is_and_what_is_kept(client, content, prefix):
    page = client.get(f"{prefix}/about/").content.decode()

    assert "© Microsoft" in page
    assert "2016" in page
    assert "MIT" in page


@pytest.mark.parametrize("address", ["/", "/about/", "/diagnose/"])
def test_nothing_more_is_promised_of_masking_than_is_done(client, content, address):
    assert "개인 정보" not in client.get(address).text
    assert "personal details" not in client.get(f"/en{address}").text.lower()
    if address != "/":
        assert "그 밖의 이름은 남을 수 있" in client.get(address).text
        assert "ther names may remain" in client.get(f"/en{address}").text


def test_it_names_the_version_of_the_package(client, content, settings):
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

    assert f"버전 {version}" in client.get("/about/").content.decode()


@pytest.mark.parametrize(
    ("contact", "link"),
    [("help@example.com", "mailto:help@example.com"), ("https://example.com/x", "https://example.com/x")],
)
def test_a_contact_is_a_link_where_there_is_one(client, content, settings, contact, link):
    assert "문의처" not in client.get("/about/").content.decode()

    settings.PORTAL_CONTACT = contact

    assert f'href="{link}"' in client.get("/en/about/").content.decode()


def test_every_page_leads_there(client, content):
    assert 'href="/en/about/"' in client.get("/en/errors/").content.decode()


def test_the_style_guide_is_for_staff(client, admin_client):
    assert client.get("/styleguide/").status_code == 302
    page = admin_client.get("/styleguide/").content.decode()
    assert page.count('class="swatch ') == len(COLOURS)


def test_the_style_guide_shows_every_colour_and_size_there_is():
    light = TOKENS.partition("@media")[0]
    assert {name for name in re.findall(r"--([\w-]+): #", light) if not name.startswith("pico")} == set(COLOURS)
    assert set(re.findall(r"--text-([\w]+): ", light)) == set(SIZES)
    assert set(re.findall(r"--space-(\d+): ", light)) == set(SPACES)


@pytest.mark.parametrize("name", re.findall(r'url\("(\w+\.css)"\)', PORTAL))
def test_what_is_as_wide_as_a_step_of_the_scale_is_one(name):
    steps = set(re.findall(r"--space-\d+: (.+);", TOKENS))
    sheet = Path(finders.find(f"troubleshoot/css/{name}")).read_text().partition("@media print")[0]
    for gap in re.findall(r"^\s+(?:[a-z]*-?gap|margin[a-z-]*|padding[a-z-]*): ([^;(]+);", sheet, re.MULTILINE):
        assert not steps & set(gap.split()), gap


@pytest.mark.parametrize("ink", ["ink", "ink-soft", "accent", "accent-strong", "good", "error", "warn"])
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_of_wcag_aaa_on_what_it_lies_on(scheme, ink):
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", TOKENS.split("@media")[scheme]))
    for paper in ("paper", "paper-sunken", "paper-raised", "accent-soft"):
        assert contrast(colours[ink], colours[paper]) >= 7, paper


def test_the_administration_has_no_colours_but_the_readers():
    taken = dict(re.findall(r"(--[\w-]+): (.+);", ADMINISTRATION))
    its_own = Path(finders.find("admin/css/base.css")).read_text().partition("}")[0]
    assert set(re.findall(r"(--[\w-]+):", its_own)) - {"--accent"} == set(taken)
    for value in taken.values():
        assert f"{value.removeprefix('var(').removesuffix(')')}: " in TOKENS


def test_the_administration_is_light_or_dark_as_the_device_asks(client):
    page = client.get("/admin/login/").content.decode()
    assert "css/admin.css" in page
    assert "theme-toggle" not in page


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
