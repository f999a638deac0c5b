"""A whole article becomes a dataset: with the keys of its plan where it has one, else with keys of its own."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.document.articles import article
from troubleshoot.document.articles.article import document_key, read, read_article, read_document
from troubleshoot.document.articles.source import Source
from troubleshoot.document.dataset import Reason
from troubleshoot.document.plan import Plan, read_plan
from troubleshoot.document.problems import DocumentError

PLAN = Plan(
    file="plan.toml",
    key="trouble",
    published_at="https://e.com/azure/backup/trouble",
    sections={"백업": "backup"},
    operations={"백업": "backup"},
    errors={"실패": "failed"},
)
TABLE = "| 작업 | 오류 세부 정보 | 해결 방법 |\n| --- | --- | --- |\n"
ROW = "| 백업 | 실패했습니다. | 다시 시도하세요. |\n"
DOCUMENT = f"# 문제 해결\n\n머리말\n\n## 백업\n\n{TABLE}{ROW}"


def planned(text, plan=PLAN):
    return read(Source("doc.md", text, plan=plan))


def unplanned(text, path="guide.md", **said):
    return read_article(Source(path, text), **said)


def failure(text, plan=PLAN):
    with pytest.raises(DocumentError) as caught:
        planned(text, plan)
    return str(caught.value)


def test_a_small_document_becomes_a_dataset():
    dataset = planned(DOCUMENT)
    assert (dataset.title, dataset.lead) == ("문제 해결", "머리말")
    assert [(section.key, section.line, section.body) for section in dataset.sections] == [("backup", 5, "")]
    (entry,) = dataset.entries
    assert (entry.key, entry.operation, entry.message, entry.line) == ("failed", "backup", "실패했습니다.", 9)
    assert [(fix.body, fix.origin) for fix in entry.resolutions] == [("다시 시도하세요.", "document")]
    assert entry.text == ROW.strip()


def test_windows_line_ends_a_byte_order_mark_and_a_missing_last_pipe_make_no_difference():
    written = "\ufeff" + DOCUMENT.removesuffix("|\n").replace("\n", "\r\n")
    assert [replace(entry, text="") for entry in planned(written).entries] == [
        replace(entry, text="") for entry in planned(DOCUMENT).entries
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("| 청소 | 실패 | 가 |\n", "doc.md:9: expected a key for 청소 in [operations] of plan.toml"),
        ("| 백업 | 안 됨 | 가 |\n", "doc.md:9: expected a key for the message in [errors] of plan.toml: 안 됨"),
        (
            ROW + ROW.replace("다시", "또"),
            "doc.md:10: expected a message of its own; line 9 already has the key failed",
        ),
        (
            "| 백업 | 실패 | [절](#nowhere) |\n",
            "doc.md:9: expected #nowhere to be a section, or in [links] of plan.toml",
        ),
        (ROW + "\n## 복원\n", "doc.md:11: expected a key for 복원 in [sections] of plan.toml"),
        (ROW + "\n## 백업\n", "doc.md:1: expected the section backup once"),
        (ROW + "\n" + "> " * 500 + "가\n", "doc.md:11: expected lists and quotations to nest less deeply"),
        (
            ROW + "\n" + "".join("  " * n + "- 가\n" for n in range(99)),
            "doc.md:91: expected lists and quotations to nest less deeply",
        ),
    ],
)
def test_what_the_plan_does_not_know_is_named_with_its_line(row, problem):
    assert failure(f"# 문제 해결\n\n머리말\n\n## 백업\n\n{TABLE}{row}") == problem


def test_a_key_for_nothing_is_refused():
    plan = replace(PLAN, errors={"실패": "failed", "불발": "dud"})
    assert failure(DOCUMENT, plan) == "plan.toml:1: expected dud to be in the document: 불발"


def test_a_text_for_nothing_is_refused():
    plan = replace(PLAN, texts={"errors/dud/cause": "가"})
    assert failure(DOCUMENT, plan).startswith("plan.toml:1: expected errors/dud/cause to be a text of the document")


@pytest.mark.parametrize("text", ["", "\n\n", "---\ntitle: 가\n---\n"])
def test_a_document_without_text_is_refused(text):
    with pytest.raises(DocumentError, match="expected text"):
        unplanned(text)


def test_a_document_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(article, "MOST_BYTES", 10)
    with pytest.raises(DocumentError, match=r"guide\.md:1: expected at most 0 MB of text"):
        unplanned("# 가나다라마바사아자차")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "doc.md"
    path.write_bytes(b"# a\n\n\xff\n")
    with pytest.raises(DocumentError, match=r"doc\.md:3: expected text in UTF-8"):
        read_document(path)


def test_a_document_without_errors_says_so():
    dataset = unplanned("# 개요\n\n## 다음 단계\n\n- [가](b.md)\n")
    assert (dataset.entries, [unread.reason for unread in dataset.unread]) == ((), [Reason.NO_ERRORS])


FRONT = '---\ntitle: "가 나 | Microsoft Docs"\ndescription: 설명\nservices: a, b\nms.service: {}\nms.date: {}\n---\n'


def test_front_matter_gives_title_product_date_and_edition():
    dataset = unplanned(FRONT.format("backup", "11/24/2017") + "\n## 오류: 백업이 실패했습니다\n\n다시 시도하세요.\n")
    assert (dataset.key, dataset.title, dataset.product, dataset.edition) == ("guide", "가 나", "backup", "2017-11-24")


def test_without_a_date_the_edition_is_a_digest_of_the_text():
    one, other = (unplanned(FRONT.format("", date) + "# 가\n") for date in ("soon", "13/40/2016"))
    assert (one.published, one.product, len(one.edition)) == (None, "a", 12)
    assert one.edition != other.edition


def test_the_language_is_told_from_the_text_or_given():
    assert unplanned("# 백업 오류\n").language == "ko"
    assert unplanned("# Backup errors\n").language == "en"
    assert unplanned("# Backup errors\n", language="ko").language == "ko"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("a/b/backup-guide.md", "backup-guide"),
        ("C:\\x\\Backup Guide.md", "backup-guide"),
        ("백업.md", "document-2f6a60be"),
        ("백업-vm.md", "vm-d3d14baf"),
    ],
)
def test_a_documents_key_is_of_its_name(path, key):
    made = document_key(path)
    assert made.rsplit("-", 1)[0] == key.rsplit("-", 1)[0]
    assert made == key or not path.isascii()


def keys_of(text, path="guide.md"):
    return [entry.key for entry in unplanned(text, path).entries]


CODES = "## 오류\n\n| 오류 코드 | 메시지 | 해결 방법 |\n| - | - | - |\n"


def test_an_entrys_key_is_of_its_code_its_anchor_its_words_or_a_digest():
    rows = "| 0x80070005 | 가 | 나 |\n| | Access is denied to the vault | 나 |\n| | 접근할 수 없습니다 | 나 |\n"
    heading = '## <a name="no-start"></a>VM을 시작할 수 없습니다\n\n다시 시도하세요.\n'
    coded, worded, digested, anchored = keys_of(f"# 가\n\n{CODES}{rows}\n{heading}")
    assert (coded, worded, anchored) == (
        "guide--0x80070005",
        "guide--access-is-denied-to-the-vault",
        "guide--no-start",
    )
    assert digested.startswith("guide--")
    assert len(digested) == len("guide--") + 10


def test_keys_do_not_change_when_entries_before_them_come_or_go():
    rows = ["| 11 | 가 | 나 |\n", "| 12 | 다 | 라 |\n", "| | 마바 | 사 |\n"]
    assert keys_of(CODES + "".join(rows))[1:] == keys_of(CODES + "".join(rows[1:]))


def test_errors_that_share_a_code_have_keys_of_their_own_of_at_most_eighty_characters():
    name = "a-very-long-name-of-an-article-about-troubleshooting-a-certain-product-of-ours"
    keys = keys_of(CODES + "".join(f"| 0x80070005 | 가 {number} | 나 |\n" for number in range(5)), f"{name}.md")
    assert len(set(keys)) == 5
    assert all(len(key) <= 80 for key in keys)


def test_a_row_that_says_the_same_again_is_left_out():
    dataset = unplanned(CODES + "| 11 | 가 | 나 |\n" * 2)
    assert len(dataset.entries) == 1
    assert [(unread.line, unread.reason) for unread in dataset.unread] == [(6, Reason.TWICE)]


def test_the_operation_is_the_column_or_else_the_heading():
    dataset = unplanned(f"# 안내\n\n## 복원\n\n{TABLE}{ROW}\n## 등록 오류\n\n### 오류\n\n{CODES[7:]}| 11 | 가 | 나 |\n")
    assert [(operation.title, operation.line) for operation in dataset.operations] == [("백업", 7), ("등록 오류", 9)]
    assert [operation.section for operation in dataset.operations] == [
        dataset.sections[0].key,
        dataset.sections[1].key,
    ]


def test_errors_right_below_the_title_have_a_section_to_stand_in():
    dataset = unplanned(f"# 백업 오류\n\n{CODES[7:]}| 11 | 가 | 나 |\n")
    assert [operation.title for operation in dataset.operations] == ["백업 오류"]
    assert dataset.operations[0].section == dataset.sections[0].key


def test_prose_keeps_its_section_without_the_tables_of_errors():
    dataset = unplanned(
        f"# 안내\n\n## 백업\n\n앞\n\n{TABLE}{ROW}\n뒤 [위로](#백업)\n\n| 포트 | 설명 |\n| - | - |\n| 443 | 가 |\n"
    )
    (section,) = dataset.sections
    assert (
        section.body == f"앞\n\n뒤 [위로](portal:section/{section.key})\n\n| 포트 | 설명 |\n| --- | --- |\n| 443 | 가 |"
    )


def test_markup_of_the_document_never_becomes_markup_of_the_portal():
    body = "<iframe src=x></iframe>\n\n다음을 <img src=x>확인하세요. [a](javascript:z)\n"
    text = f"# 가\n\n## 오류: 안 됩니다\n\n{body}"
    (entry,) = unplanned(text).entries
    assert "<" not in "".join([entry.cause, *(way.body for way in entry.resolutions)])


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "다음을 <IMG src=x\tonerror=y>확인하세요.",
        "> - <a href='#' onclick = 'go()'>여기</a>",
        "`코드` 뒤의 <SCRIPT src=//example.com/x.js>",
    ],
)
def test_a_script_in_html_is_refused_with_its_line(written):
    with pytest.raises(DocumentError) as refusal:
        unplanned(f"# 가\n\n## 오류: 안 됩니다\n\n{written}\n")
    assert (refusal.value.line, refusal.value.expected) == (5, "expected HTML without a script")


@pytest.mark.parametrize(
    "written",
    [
        "```html\n<script>alert(1)</script>\n```",
        "`<script>` 요소를 지웁니다.",
        "\\<script> 요소를 지웁니다.",
        "<version> once = 1",
        "a < b, only=1 >",
    ],
)
def test_a_script_in_code_and_what_only_looks_like_one_are_read(written):
    assert len(unplanned(f"# 가\n\n## 오류: 안 됩니다\n\n{written}\n").entries) == 1


def test_html_that_nests_a_thousandfold_is_refused_with_its_line():
    with pytest.raises(DocumentError, match="nest less deeply") as refusal:
        unplanned(f"# 가\n\n{'<div>' * 10_000}가\n")
    assert refusal.value.line == 3
    row = "<ul><li>가</li></ul>"
    assert unplanned(f"# 가\n\n## 오류: 안 됩니다\n\n{row * 2_000}\n").entries


def test_an_included_file_is_read_where_it_is_shown_and_one_that_is_missing_is_listed():
    text = "# 가\n\n[!INCLUDE [b](b.md)]\n\n[!INCLUDE [c](c.md)]\n\n## 실패: 안 됨\n"
    dataset = read_article(Source("guide.md", text, {"b.md": "## 실패\n\n" + TABLE + ROW}))
    assert [entry.line for entry in dataset.entries] == [3, 7]
    assert [(unread.line, unread.reason) for unread in dataset.unread] == [(5, Reason.INCLUDE)]


PIECES = st.lists(
    st.sampled_from(
        [
            *("# 제목\n", "## 백업\n", "### 원인\n", TABLE, ROW, CODES, "\n", "| 백업 |", "실패했습니다.", "하세요. "),
            *("<br>", "<ol>", "<li>", "</ol>", "(또는)", "> [AZURE.NOTE] ", "- ", "1. ", "```\n", "<table>", "\t", "|"),
            *("http://e.com/가", "$a = Get-Item", "\\", "&amp;", "<!--", "-->", "![x](y)", "\x00", "\u2028", "]", "["),
            *(
                "**원인:** ",
                "오류 메시지: ",
                "---\n",
                "===\n",
                "<tr><td>",
                "- ErrorCode.NotFound – 가\n",
                "`",
                "**",
                ":",
            ),
            *('<span class="sxs-lookup">', "</span>", "[a](#b)"),
        ]
    ),
    max_size=30,
).map("".join)


def read_or_refused(reading):
    """What is read, or nothing where it is refused; anything but a DocumentError fails the test."""
    try:
        return reading()
    except DocumentError:
        return None


REAL = Path("fixtures/document/backup-azure-vms-troubleshoot.md")


@settings(deadline=None)
@given(PIECES, st.sampled_from(["", "# 제목\n", DOCUMENT, DOCUMENT.removesuffix("다시 시도하세요. |\n")]))
def test_whatever_the_text_it_is_read_or_refused(pieces, before):
    dataset = read_or_refused(lambda: unplanned(before + pieces))
    if dataset is None:
        return
    keys = [entry.key for entry in dataset.entries]
    operations = {operation.key: operation.section for operation in dataset.operations}
    assert len(set(keys)) == len(keys)
    assert all(entry.message and entry.operation in operations for entry in dataset.entries)
    assert set(operations.values()) <= {section.key for section in dataset.sections}


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 9_500), st.integers(0, 40), PIECES)
def test_the_document_with_a_part_replaced_is_read_or_refused(place, length, pieces):
    text = REAL.read_text(encoding="utf-8")
    changed = text[:place] + pieces + text[place + length :]
    read_or_refused(lambda: planned(changed, read_plan(REAL.with_suffix(".toml"))))


@pytest.mark.parametrize(
    ("front_matter", "body"),
    [
        (
            "canonicalUrl: https://example.com/docs/guide",
            "[앞](https://example.com/docs/before) [뒤](https://example.com/b#c)",
        ),
        (
            "url: 'https://example.com/docs/guide'",
            "[앞](https://example.com/docs/before) [뒤](https://example.com/b#c)",
        ),
        ("permalink: /docs/guide", "앞 뒤"),
        ("title: 안내", "앞 뒤"),
    ],
)
def test_relative_links_start_at_the_address_in_the_front_matter_or_lead_nowhere(front_matter, body):
    text = f"---\n{front_matter}\n---\n# 안내\n\n## 백업\n\n[앞](before.md) [뒤](/b.md#c)\n"
    dataset = read(Source("guide.md", text))
    assert dataset.sections[0].body.strip() == body
    assert dataset.article_url == ("https://example.com/docs/guide" if "http" in body else "")
