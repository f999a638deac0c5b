"""What is particular to one document: keys, and links that lead to what exists."""

import pytest

from troubleshoot.document.plan import BARE_URL, Links, Plan, read_plan
from troubleshoot.document.problems import DocumentError
from troubleshoot.document.reading import parse
from troubleshoot.document.writing import write_inline

DOCUMENT = '[document]\nkey = "k"\npublished_at = "https://e.com/"\n'


def plan(tmp_path, text):
    path = tmp_path / "doc.toml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def test_titles_lead_to_keys(tmp_path):
    assert plan(tmp_path, DOCUMENT + '[operations]\nbackup = "백업"\n').operations == {"백업": "backup"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[document\n", r":1: expected TOML"),
        ('[document]\nkey = "a"\nkey = "b"\n', r":3: expected TOML"),
        ("", r":1: expected key and published_at in \[document\]"),
        (DOCUMENT + "[errors]\na = 1\n", r"expected \[errors\] to hold only text in quotes"),
        ('errors = "a"\n' + DOCUMENT, r":1: expected \[errors\] to hold only text in quotes"),
        (DOCUMENT + '[errors]\nBad_Key = "가"\n', r":5: expected a key of a-z, 0-9 and hyphens, not Bad_Key"),
        (DOCUMENT + '[errors]\na = "가"\nb = "가"\n', r":6: expected one key for 가; a has it"),
    ],
)
def test_a_plan_with_a_mistake_is_refused_with_its_line(tmp_path, text, problem):
    with pytest.raises(DocumentError, match=problem):
        plan(tmp_path, text)


def test_who_published_a_document_and_when_an_editor_worked_on_it_may_be_told(tmp_path):
    assert (plan(tmp_path, DOCUMENT).publisher, plan(tmp_path, DOCUMENT).edited) == ("", "")
    told = plan(tmp_path, DOCUMENT + 'publisher = "P"\nedited = "2026-11-29T00:00:00Z"\n[texts]\n"a/b" = "글"\n')
    assert (told.publisher, told.edited, told.texts) == ("P", "2026-11-29T00:00:00Z", {"a/b": "글"})


PLAN = Plan(
    file="plan.toml",
    key="k",
    published_at="https://learn.microsoft.com/azure/backup/trouble",
    sections={"네트워킹": "networking"},
    links={"prepare.md#network": "portal:section/networking", "#old": "portal:section/networking"},
    references={"스냅숏 디버깅": "portal:section/snapshot"},
)
LINKS = Links(PLAN, "doc.md", "")


def inline(markdown):
    """The inline tokens of one line."""
    return parse(markdown)[1].children


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://e.com/a.md#b", "https://e.com/a.md#b"),
        ("mailto:a@e.com", "mailto:a@e.com"),
        ("#networking", "portal:section/networking"),
        ("#old", "portal:section/networking"),
        ("prepare.md#network", "portal:section/networking"),
        ("prepare.md", "https://learn.microsoft.com/azure/backup/prepare"),
        ("./restore.md/#special", "https://learn.microsoft.com/azure/backup/restore#special"),
        ("../virtual-network/ip.md", "https://learn.microsoft.com/azure/virtual-network/ip"),
        ("./media/a.png", "https://learn.microsoft.com/azure/backup/media/a.png"),
        ("/azure/x", "https://learn.microsoft.com/azure/x"),
    ],
)
def test_every_link_finds_a_place_that_exists(href, target):
    assert LINKS.target(href, 1) == target


def test_a_section_does_not_send_its_reader_to_itself():
    assert Links(PLAN, "doc.md", "networking").target("prepare.md#network", 1) == (
        "https://learn.microsoft.com/azure/backup/prepare#network"
    )


@pytest.mark.parametrize("href", ["#nowhere", "//[x"])
def test_a_link_to_nowhere_is_refused(href):
    with pytest.raises(DocumentError, match=r"doc\.md:7: expected"):
        LINKS.target(href, 7)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://go.microsoft.com/fwlink/?LinkId=808124에 있습니다", "http://go.microsoft.com/fwlink/?LinkId=808124"),
        ("https://e.com/a. 다음", "https://e.com/a"),
        ("(https://e.com/a)", "https://e.com/a"),
    ],
)
def test_an_address_ends_where_the_korean_particle_begins(text, address):
    assert BARE_URL.findall(text) == [address]


@pytest.mark.parametrize(
    ("source", "aimed"),
    [
        ("http://e.com/a에 있습니다", "<http://e.com/a>에 있습니다"),
        ("스냅숏 디버깅을 봅니다", "[스냅숏 디버깅](portal:section/snapshot)을 봅니다"),
        ("[스냅숏 디버깅](#networking)", "[스냅숏 디버깅](portal:section/networking)"),
        ("![그림](a.png)", "![그림](https://learn.microsoft.com/azure/backup/a.png)"),
    ],
)
def test_addresses_and_references_in_the_text_become_links(source, aimed):
    assert write_inline(LINKS.aim(inline(source), 1)) == aimed
