"""Tests of where the links of a text lead, and of what a cell is made of."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from troubleshoot.document.reading import BLOCK_DEPTH, Target, broken_links, parse, parse_cell, targets_of


@pytest.mark.parametrize(
    ("markdown", "targets"),
    [
        ("", []),
        ("글", []),
        ("[가](portal:error/a)", [Target("portal:error/a", 1)]),
        ("글\n\n- [가](https://e.com)\n- <https://f.com>", [Target("https://e.com", 3), Target("https://f.com", 4)]),
        ("글\n둘째 [가](a)  \n셋째 [나](b)", [Target("a", 2), Target("b", 3)]),
        ("[가][x]\n\n[x]: https://e.com", [Target("https://e.com", 1)]),
        ("![그림](https://e.com/a.png)", [Target("https://e.com/a.png", 1)]),
        ("| 가 |\n| - |\n| [나](x) |", [Target("x", 3)]),
        ("`[가](x)`\n\n```\n[가](x)\n```", []),
        ('[가](https://e.com "제목")', [Target("https://e.com", 1)]),
        ("> " * 10_000 + "[가](x)", []),
    ],
)
def test_each_link_is_found_with_its_line(markdown: str, targets: list[Target]) -> None:
    assert list(targets_of(markdown)) == targets


@pytest.mark.parametrize(
    ("markdown", "broken"),
    [
        ("[가](https://e.com)", []),
        ("[가](https://e.com/a b)", ["https://e.com/a b"]),
        ("[가](javascript:alert)", ["javascript:alert"]),
        ("글\n[가](data:text/html;x)", ["data:text/html;x"]),
        ("`[가](a b)`", []),
        (r"\[가\](a b)", []),
        ("배열[0] (첫째)", []),
    ],
)
def test_what_was_meant_as_a_link_and_is_none_is_found(markdown: str, broken: list[str]) -> None:
    assert [target.address for target in broken_links(markdown)] == broken


def test_a_broken_link_has_its_line() -> None:
    assert list(broken_links("하나\n둘 [가](a b)")) == [Target("a b", 2)]


@given(st.text(alphabet="[]()a \n:`<>!", max_size=200))
def test_looking_for_links_never_fails(markdown: str) -> None:
    assert len([*targets_of(markdown), *broken_links(markdown)]) <= len(markdown)


CELLS = st.lists(
    st.sampled_from(
        [
            *(
                "가나",
                "abc",
                "1",
                " ",
                "**",
                "**가**",
                "`",
                "`x y`",
                "[a](https://e.com/b)",
                "[a b](https://e.com/a?b=c#d)",
            ),
            *(
                "[",
                "](",
                "!",
                "\\",
                "&amp;",
                "<br>",
                "<br/>",
                "<li>",
                "</li>",
                "<b>",
                ">",
                "“",
                ".",
                ",",
                "(",
                ")",
                "_",
            ),
            *("a_b", "|", "https://e.com/a_b", "  ", "\t", "*", "``", "<", "~", ":", "'", '"', "\xa0"),
        ]
    ),
    max_size=16,
).map(lambda pieces: "".join(pieces).strip())


@settings(deadline=None, max_examples=500)
@given(CELLS)
@example("글 **가나** [a](portal:error/x) 끝")
@example("글\u2028#")
def test_a_simple_paragraph_has_the_tokens_that_the_parser_gives(text):
    def said(tokens):
        inside = [[each.content for each in token.children or () if each.content] for token in tokens]
        return inside, [token.copy(children=None).as_dict() for token in tokens]

    stored = MarkdownIt("commonmark", {"html": False, "maxNesting": BLOCK_DEPTH}).enable("table")
    assert said(parse(text)) == said(stored.parse(text))


@settings(deadline=None, max_examples=500)
@given(CELLS)
def test_a_simple_cell_has_the_tokens_that_the_parser_gives(cell):
    def said(tokens):
        whole = [token for token in tokens if token.type != "text" or token.content]
        return [(token.type, token.content, dict(token.attrs)) for token in whole]

    assert said(parse_cell(cell)) == said(MarkdownIt("commonmark").enable("table").parseInline(cell)[0].children)
