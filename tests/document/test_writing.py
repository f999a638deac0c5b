"""Lines are written in a quick way where they are simple; what is written is what the renderer writes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.document import writing
from troubleshoot.document.reading import parse, parse_cell

LINES = st.lists(
    st.sampled_from(
        [
            *(
                "가나",
                "abc",
                "1",
                "12",
                ". ",
                ")",
                " ",
                "-",
                "- ",
                "#",
                "# ",
                "+ ",
                "*",
                "**",
                "`",
                "`x y`",
                "`` a ` b ``",
            ),
            *("[a](https://e.com/b)", "[a](b c)", "[a](b 'c')", "<https://e.com>", "!", "\\", "&amp;", "=", "~", "“"),
            *("(", ">", "_", "|", "https://e.com/a_b", "  ", "\t", "."),
        ]
    ),
    max_size=14,
).map(lambda pieces: "".join(pieces).strip())


@settings(deadline=None, max_examples=500)
@given(LINES)
def test_a_simple_line_is_written_as_the_renderer_writes_it(line):
    tokens = parse_cell(line)
    if any(token.type == "html_inline" for token in tokens):
        return
    quick = writing._written(tokens)
    assert quick is None or quick == writing.write(writing._as_paragraph(tokens))


@settings(deadline=None, max_examples=500)
@given(LINES)
def test_what_needs_no_guard_is_a_paragraph(line):
    assert not writing._SURELY_PARAGRAPH.fullmatch(line) or parse(line)[0].type == "paragraph_open"
