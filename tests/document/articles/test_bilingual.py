"""A document that holds both languages side by side gives both at once, key by key."""

from tests.growth import is_quadratic
from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.bilingual import sides_of
from troubleshoot.document.articles.source import Source


def both(korean, english):
    hidden = f'<span class="sxs-lookup"><span data-stu-id="a-1">{english}</span></span>'
    return f'<span data-ttu-id="a-1">{korean}</span>{hidden}'


TEXT = f"""# {both("백업 문제 해결", "Troubleshoot backup")}

## {both("백업", "Backup")}

| {both("오류", "Error")} | {both("해결 방법", "Resolution")} |
| --- | --- |
| {both("VM이 없습니다. (ID: 11)", "The VM is gone. (ID: 11)")} | {both("만듭니다.", "Create it.")} |

## {both("복원이 실패합니다", "The restore fails")}

{both("다시 시도하세요.", "Try again.")}
"""


def test_each_side_has_the_lines_of_the_document():
    korean, english = sides_of(TEXT)
    assert korean.split("\n")[2] == "## 백업"
    assert english.split("\n")[2] == "## Backup"
    assert korean.count("\n") == english.count("\n") == TEXT.count("\n")


def test_the_second_language_becomes_the_twin_with_the_same_keys():
    dataset = read_article(Source("guide.md", TEXT))
    twin = dataset.twin
    assert (dataset.language, twin.language, dataset.title, twin.title) == (
        "ko",
        "en",
        "백업 문제 해결",
        "Troubleshoot backup",
    )
    assert [entry.message for entry in twin.entries] == ["The VM is gone. (ID: 11)", "The restore fails"]
    for mine, its in (
        (dataset.sections, twin.sections),
        (dataset.operations, twin.operations),
        (dataset.entries, twin.entries),
    ):
        assert [row.key for row in mine] == [row.key for row in its]
    assert [entry.operation for entry in dataset.entries] == [entry.operation for entry in twin.entries]


def test_the_language_that_is_asked_for_comes_first():
    dataset = read_article(Source("guide.md", TEXT), "en")
    assert (dataset.language, dataset.twin.language) == ("en", "ko")


def test_a_document_in_one_language_has_no_twin():
    assert sides_of("# 가\n\n<span>나</span>\n") is None
    assert read_article(Source("guide.md", "# 가\n")).twin is None


def test_spans_that_are_never_closed_are_read_on():
    assert read_article(Source("guide.md", '# 가\n\n<span class="sxs-lookup">나\n')).title == "가"


def test_the_first_of_a_pair_needs_no_mark_where_the_second_has_one():
    second = '<span class="sxs-lookup"><span>Does not start</span></span>'
    text = f"## <span>시작 <b>안 됨</b></span>{second}\n<span>둘 다</span> a\n"
    assert sides_of(text) == ("## 시작 <b>안 됨</b>\n둘 다 a\n", "## Does not start\n둘 다 a\n")


def test_unmarked_spans_are_looked_through_in_time_in_proportion():
    assert not is_quadratic(lambda size: sides_of("<span>" * size + "sxs-lookup"))
