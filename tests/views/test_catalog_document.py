"""Holds the document page: nothing of the source document is lost, and every row leads to its entry."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from tests.products import add_product
from troubleshoot.models import Document, ErrorEntry, Operation, Resolution, Section
from troubleshoot.reading import sources

SOURCE = Path(__file__).parents[2] / "fixtures" / "document" / "backup-azure-vms-troubleshoot.md"

pytestmark = pytest.mark.django_db


def letters(text: str) -> str:
    """A text as a reader sees it, without the blanks and quotation marks that typography may change."""
    return re.sub(r"[\s\"'“”‘’]", "", unescape(text))


def shown(page: str) -> str:
    """What is seen: what only those hear who hear the page is no word of the document."""
    return letters(re.sub(r"<[^>]*>", "", re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page)))


def without_markup(markdown: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\\([^\w\s])", r"\1", text.replace("**", "").replace("*", ""))


def pieces_of(source: str) -> Iterator[str]:
    """Every heading, list item, cell and sentence of the document, one by one."""
    body = (
        source[source.index("\n# ") :].partition("<!---")[0].replace("[AZURE.SELECTOR]", "").replace("[AZURE.NOTE]", "")
    )
    for line in body.splitlines():
        if re.fullmatch(r"[|\s:-]*|\s*```", line):
            continue
        for part in re.split(r"\||<[^>]*>", re.sub(r"^[\s>]*(#+ |- |\d+\. +)?", "", line)):
            yield from re.split(r"(?<=[다요오]\.)\s", without_markup(part).strip(" -"))


@pytest.fixture
def pieces() -> list[str]:
    return [piece for piece in pieces_of(SOURCE.read_text(encoding="utf-8")) if letters(piece)]


def test_every_piece_of_the_document_stands_on_its_page(client, content, pieces):
    page = shown(client.get("/document/").content.decode())

    assert len(pieces) > 200
    assert [piece for piece in pieces if letters(piece) not in page] == []


def test_every_cell_stands_on_the_page_of_its_entry(client, content):
    rows = [line for line in SOURCE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [row.strip().strip("|").split("|") for row in rows]
    entries = {entry.source_line: entry for entry in ErrorEntry.objects.all()}
    lines = [at for at, line in enumerate(SOURCE.read_text(encoding="utf-8").splitlines(), 1) if line.startswith("|")]

    checked = 0
    for at, row in zip(lines, cells, strict=True):
        if entry := entries.get(at):
            page = shown(client.get(entry.get_absolute_url()).content.decode())
            for part in (piece for cell in row for piece in pieces_of(f"\n# \n{cell}")):
                # The page numbers alternatives where the document puts an “or” between them.
                assert letters(part) in page or letters(part) in {"(또는)", "또는"}, f"{SOURCE.name}:{at}: {part}"
            checked += 1
    assert checked == 28


def test_every_text_has_its_twin_on_the_english_page(client, content):
    page = client.get("/en/document/").content.decode()

    offered = re.sub(r'<aside class="language-offer".*?</aside>', "", page, flags=re.DOTALL)
    visible = re.sub(r"<[^>]*>", "", offered.replace("한국어", ""))
    assert re.findall("[가-힣]+", visible) == []
    assert all(letters(section.title_en) in shown(page) for section in Section.objects.all())


def test_every_row_leads_to_its_entry(client, content, prefix):
    page = client.get(f"{prefix}/document/").content.decode()

    entries = ErrorEntry.objects.all()
    assert entries
    for entry in entries:
        assert f'<tr id="entry-{entry.key}">' in page
        assert f'<a href="{prefix}/errors/{entry.key}/">' in page


def test_every_link_within_the_page_has_its_target(client, content, prefix):
    page = client.get(f"{prefix}/document/").content.decode()

    anchors = set(re.findall(r' id="([^"]+)"', page))
    wanted = set(re.findall(rf'href="(?:{prefix}/document/)?#([^"]+)"', page))
    assert wanted <= anchors


def test_ids_are_unique(client, content):
    ids = re.findall(r' id="([^"]+)"', client.get("/document/").content.decode())

    assert len(ids) == len(set(ids))


def test_headings_do_not_skip_a_level(client, content):
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", client.get("/document/").content.decode())]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_advice_from_the_message_is_not_taken_for_the_document(client, make_entry):
    entry = make_entry(body="")
    Resolution.objects.create(entry=entry, order=1, origin="message", body_ko="기다립니다.")

    page = client.get("/document/").content.decode()

    assert "기다립니다." not in page
    assert "<p>없음</p>" in page


def test_a_portal_without_a_document_says_so(client, db):
    assert "아직 가져온 문서가 없습니다" in client.get("/document/").content.decode()


def test_the_queries_do_not_grow_with_the_entries(client, make_entries, count_queries):
    make_entries(10)
    few = count_queries(lambda: client.get("/document/"))
    make_entries(10)

    assert count_queries(lambda: client.get("/document/")) == few


def test_what_a_section_has_no_room_for_is_listed_with_its_operation(client, make_entries, monkeypatch):
    monkeypatch.setattr(sources, "MOST_IN_DOCUMENT", 2)
    first, second, third = make_entries(3)
    ErrorEntry.objects.update(source_line=1)
    page = client.get("/document/").content.decode()

    assert re.findall(r'id="entry-([^"]+)"', page) == [first.key, second.key]
    assert f'<a href="{third.operation.get_absolute_url()}">이 작업의 오류 모두 보기</a>' in page
    assert f"#entry-{second.key}" in client.get(second.get_absolute_url()).content.decode()
    beyond = client.get(third.get_absolute_url()).content.decode()
    assert f'href="/document/#{third.operation.section.key}"' in beyond
    assert "#entry-" not in beyond

    ErrorEntry.objects.filter(pk=third.pk).update(state="archived")
    assert "이 작업의 오류 모두 보기" not in client.get("/document/").content.decode()


def test_the_document_keeps_its_own_words_whatever_is_edited(client, make_entry):
    make_entry(
        message="고친 메시지입니다.",
        body="고친 글입니다.",
        original_ko="원래 글입니다.",
        original_message_ko="원래 메시지입니다.",
        source_line=3,
    )

    page = client.get("/document/").content.decode()

    assert "원래 글입니다." in page
    assert "고친 글입니다." not in page
    assert "원래 메시지입니다." in page
    assert "고친 메시지입니다." not in page


def test_what_an_editor_added_is_marked_in_the_document(client, make_entry):
    entry = make_entry()
    entry.resolutions.update(note_ko="변수 이름이 다릅니다.")

    page = shown(client.get("/document/").content.decode())

    assert letters("이 포털의 편집자가 작성한 내용으로, 원본 문서에는 없습니다.") in page
    assert letters("편집자 주 변수 이름이 다릅니다.") in page
    entry.resolutions.all().delete()
    assert "<p>없음</p>" not in client.get("/document/").text


def test_the_slip_of_the_document_stays_with_a_note_below_it(client, content):
    row = client.get("/document/").content.decode().partition('id="entry-restore-cloud-internal-error"')[2]
    row = row.partition("</tr>")[0]

    assert "$dep.ReservedIPName\n" in row
    assert "편집자 주" in row


def test_the_document_leads_to_its_edition_of_today(client, content, prefix):
    page = client.get(f"{prefix}/document/").content.decode()

    links = re.findall(
        r'href="https://learn.microsoft.com/azure/backup/backup-azure-vms-troubleshoot"[^>]*>([^<]+)', page
    )
    # The document's own link to itself, behind it, keeps its words.
    assert "Microsoft" in links[0]


def test_every_heading_is_an_address(client, content, prefix):
    page = client.get(f"{prefix}/document/").content.decode()

    assert {section.key for section in Section.objects.all()} <= set(
        re.findall(r'class="anchor" href="#([^"]+)"', page)
    )


def test_an_operation_is_told_once_to_the_eye_and_in_each_row_to_all_others(client, make_entries):
    make_entries(3)

    page = client.get("/document/").content.decode()
    assert page.count('class="repeated"><span>백업</span>') == 2
    assert page.count("<span>백업</span>") == 3


def test_the_only_document_stands_without_its_key(client, content, prefix):
    key = Document.objects.get().key

    response = client.get(f"{prefix}/document/{key}/")

    assert (response.status_code, response["Location"]) == (302, f"{prefix}/document/")


@pytest.mark.parametrize("several", [False, True])
def test_an_unknown_document_is_not_found(client, content, several):
    if several:
        add_product("sql")

    assert client.get("/document/nothing/").status_code == 404
    assert client.get("/document/" + "x" * 5_000 + "/").status_code == 404


def test_several_documents_are_listed_by_product_each_with_a_page_of_its_own(client, content, prefix):
    add_product("sql", entries=2, published="2020-01-02")
    page = client.get(f"{prefix}/document/").content.decode()
    assert page.index("backup-azure-vms-troubleshoot/") < page.index("sql-guide/")
    assert re.findall(r'<h2 id="product-(\w+)">', page) == ["backup", "sql"]

    document = client.get(f"{prefix}/document/sql-guide/").content.decode()
    assert 'id="entry-sql-1-1"' in document
    assert "entry-vm-not-found" not in document
    assert f'<a href="{prefix}/document/">' in document
    assert f'<a href="{prefix}/search/?document=sql-guide">' in document
    assert f'<a href="{prefix}/errors/?document=sql-guide">' in document


def test_what_an_editor_began_here_is_no_error_of_the_document(client, content, prefix):
    add_product("sql", entries=2)
    before = re.findall(r'<span class="count">[^<]*', client.get(f"{prefix}/document/").content.decode())
    operation = Operation.objects.get(key="backup")
    own = ErrorEntry.objects.create(
        key="own", operation=operation, order=900, message_ko="오류", message_en="An error", state="published"
    )

    assert re.findall(r'<span class="count">[^<]*', client.get(f"{prefix}/document/").content.decode()) == before
    page = client.get(f"{prefix}/errors/{own.key}/").content.decode()
    assert f"{prefix}/document/backup-azure-vms-troubleshoot/" not in page
    there = client.get(f"{prefix}/errors/vm-agent-missing/").content.decode()
    assert f"{prefix}/document/backup-azure-vms-troubleshoot/#entry-vm-agent-missing" in there


def test_several_documents_are_read_in_as_many_queries_as_two(client, content, count_queries):
    add_product("sql")
    listed, read = (count_queries(lambda at=at: client.get(f"/document/{at}")) for at in ("", "sql-guide/"))
    for number in range(4):
        add_product(f"more-{number}")

    assert count_queries(lambda: client.get("/document/")) == listed == 2
    assert count_queries(lambda: client.get("/document/sql-guide/")) == read


def test_links_into_a_document_lead_to_that_of_the_section(client, content, prefix):
    add_product("sql")

    entry = client.get(f"{prefix}/errors/vm-agent-missing/").content.decode()
    assert f'href="{prefix}/document/backup-azure-vms-troubleshoot/#vm-agent"' in entry
    assert f'href="{prefix}/document/backup-azure-vms-troubleshoot/#entry-vm-agent-missing"' in entry
    assert f"{prefix}/document/#" not in entry
    assert "가상 컴퓨터 백업 문제 해결</a> ›" in entry or prefix
    operation = client.get(f"{prefix}/operations/sql-1/").content.decode()
    assert f'href="{prefix}/document/sql-guide/#sql-section"' in operation


def test_a_link_to_a_section_that_is_gone_leads_to_the_documents(client, content):
    add_product("sql")
    entry = ErrorEntry.objects.get(key="sql-1-1")
    entry.cause_ko = "[여기](portal:section/gone)"
    entry.save()

    assert '<a href="/document/">여기</a>' in client.get("/errors/sql-1-1/").content.decode()


def test_an_entry_of_several_documents_takes_as_many_queries_as_of_two(client, content, count_queries):
    alone = count_queries(lambda: client.get("/errors/vm-agent-missing/"))
    for number in range(3):
        add_product(f"more-{number}")

    assert count_queries(lambda: client.get("/errors/vm-agent-missing/")) <= alone + 2
