import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.document.cells import Items, Line, read_cell
from troubleshoot.document.reading import parse_source


def cell(source):
    tokens = parse_source(f"| a |\n| - |\n| {source} |\n")
    inline = [token for token in tokens if token.type == "inline"]
    return read_cell(inline[-1].children or ())


def outline(blocks):
    """Lines as text, lists as lists of their items."""
    return [block.text if isinstance(block, Line) else [outline(item) for item in block.items] for block in blocks]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("하나", ["하나"]),
        ("하나<br>둘<br/>셋<BR />넷", ["하나", "둘", "셋", "넷"]),
        ("앞 <ol><li>하나</li><li>둘</li></ol> 뒤", ["앞", [["하나"], ["둘"]], "뒤"]),
        ("<ol><li>하나<li>둘</ol>뒤", [[["하나"], ["둘"]], "뒤"]),
        ("<ol><li>하나<li>둘", [[["하나"], ["둘"]]]),
        ("<ol><li>하나<br>(또는)</li><li>둘</li></ol>", [[["하나", "(또는)"], ["둘"]]]),
        ("<ol><li>하나 (또는)<li>둘</ol>", [[["하나", "(또는)"], ["둘"]]]),
        ("<ul><li>하나<ol><li>안</ol>밖</li></ul>", [[["하나", [["안"]], "밖"]]]),
        ("<li>하나<li>둘", [[["하나"], ["둘"]]]),
        ("<ol>앞<li>하나</ol>", ["앞", [["하나"]]]),
        ("</ol>하나</li>", ["하나"]),
        ("<ol></ol>", []),
        ("<script>하나", ["하나"]),
        ("<!-- 주석 -->하나", ["하나"]),
        ("<br><br>", []),
        ("앞<br>1. 하나<br>더<br>2) 둘<br>뒤", ["앞", [["하나", "더"], ["둘"]], "뒤"]),
        ("1. 하나<br>둘", ["1. 하나", "둘"]),
        ("**1. 하나**<br>**2. 둘**", ["1. 하나", "2. 둘"]),
    ],
)
def test_html_in_a_cell_comes_apart_as_a_browser_would(source, expected):
    assert outline(cell(source)) == expected


def test_emphasis_goes_on_over_a_break():
    first, second = cell("**하나<br>둘** 셋")
    assert (first.markdown, second.markdown) == ("**하나**", "**둘** 셋")


def test_a_numbered_list_is_told_from_a_bulleted_one():
    (numbered,) = cell("<ol><li>하나</ol>")
    (bulleted,) = cell("<ul><li>하나</ul>")
    assert isinstance(numbered, Items)
    assert numbered.ordered
    assert not bulleted.ordered


@pytest.mark.parametrize(
    "source", ['$d = Get-AzureDeployment -Slot "P"', "$d.ReservedIPName", "Get-AzureVM", "Get-AzureVM -Name x"]
)
def test_a_line_of_powershell_is_a_command(source):
    (line,) = cell(source)
    assert line.is_command


@pytest.mark.parametrize("source", ["Get-AzureVM을 실행합니다.", "Non-Azure VMs", "$100", "VM"])
def test_a_line_of_prose_is_no_command(source):
    (line,) = cell(source)
    assert not line.is_command


def test_a_command_keeps_what_markdown_would_take_as_emphasis():
    (line,) = cell("$a = *b* -c _d_")
    assert line.verbatim == "$a = *b* -c _d_"


@pytest.mark.parametrize("source", ["또는", "(또는)", "(OR)", "or"])
def test_or_between_two_things_is_recognised(source):
    (line,) = cell(source)
    assert line.is_or


PARTS = st.lists(
    st.sampled_from(
        ["<ol>", "</ol>", "<ul>", "<li>", "</li>", "<br>", "</b>", "<script>", "**", "가나", " 다 ", "(또는)"]
    ),
    max_size=25,
)


@given(PARTS)
def test_no_word_is_lost_whatever_the_tags(parts):
    def words(blocks):
        for block in blocks:
            if isinstance(block, Line):
                yield block.text
            else:
                for item in block.items:
                    yield from words(item)

    blocks = cell("".join(parts) or "x")
    wanted = "".join(part.strip() for part in parts if not part.startswith(("<", "*")))
    assert "".join("".join(words(blocks)).replace("*", "").split()).replace("x", "") == wanted
