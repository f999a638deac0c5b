"""Tests of what a stored text becomes: safe HTML, whatever is in it, the steps of a fix, and its words."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import is_quadratic
from troubleshoot.document.reading import LONGEST, MOST_LINES
from troubleshoot.document.rendering import (
    as_lines,
    first_line,
    further,
    headline,
    plain_text,
    render,
    split_fix,
    split_steps,
    words,
)

MARKDOWN = st.text(alphabet=st.sampled_from("가나 ab\n\t*_`[]()<>!#->|1.:\"'&\\/=~"), max_size=120)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(page)
    return parser.seen


def test_paragraphs_lists_and_code_become_html():
    page = render("먼저:\n\n1. 하나\n2. 둘\n\n```powershell\nGet-AzureVM\n```\n")
    assert page == (
        "<p>먼저:</p>\n<ol>\n<li>하나</li>\n<li>둘</li>\n</ol>\n"
        '<pre><code class="language-powershell">Get-AzureVM\n</code></pre>\n'
    )


@pytest.mark.parametrize(
    ("markdown", "options"),
    [
        ("`waagent -version`을 실행합니다.", ["-version"]),
        ('```\nGet-AzureVM -Name "a-b" --json\n-Slot 1 - 2 -3\n```', ["-Name", "--json", "-Slot"]),
        ("-version은 코드가 아닙니다. `a-b` `-" + "x" * 30 + "`", []),
    ],
)
def test_an_option_of_a_command_is_kept_with_its_hyphen(markdown, options):
    page = render(markdown)

    assert re.findall(r'<span class="option">([^<]*)</span>', page) == options
    assert unescape(re.sub(r"<[^>]+>", "", page)).strip() == plain_text(markdown)


def test_a_table_becomes_a_table():
    assert "<td>나</td>" in render("| 가 |\n| - |\n| 나 |\n")


def test_each_link_goes_through_the_mapping():
    assert render(
        "[절](portal:section/vm-agent)", link=lambda href: href.replace("portal:section/", "/document/#")
    ) == ('<p><a href="/document/#vm-agent">절</a></p>\n')


def test_a_link_to_elsewhere_tells_the_other_site_nothing():
    assert 'rel="noopener noreferrer"' in render("[x](https://example.com)")
    assert 'rel="noopener noreferrer"' in render("[x](//example.com)")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        (
            "이유는 [여기](https://example.com/a/b)에 있습니다.",
            '>여기<span class="visually-hidden"> (example.com)</span></a>에',
        ),
        ("See [here](https://example.com/a).", '>here<span class="visually-hidden"> (example.com)</span></a>.'),
        ("See [the reasons](https://example.com/a).", ">the reasons</a>"),
        ("[Here](portal:section/a), or [here](#a).", ">here</a>"),
        ("[link](https://a&b)", "(a&amp;b)"),
        ("[here](http://[)", "here"),
    ],
)
def test_a_link_elsewhere_whose_words_say_nothing_names_its_site_to_who_hears_it(markdown, words):
    assert words in render(markdown)


def test_a_link_within_the_portal_needs_no_rel():
    assert "rel=" not in render("[x](portal:error/y) [z](/document/) [w](#v)")


def test_an_image_of_the_portal_is_shown_in_its_size():
    shown = render('![설정 <화면>](portal:image/0a1b-800x444 "x")', link=lambda href: href.replace("portal:", "/"))
    assert shown == (
        '<p><img src="/image/0a1b-800x444" alt="설정 &lt;화면&gt;" width="800" height="444" loading="lazy"></p>\n'
    )


@pytest.mark.parametrize("source", ["portal:image/x", "portal:image/0a-1x2/y", "portal:error/0a-1x2", "/images/0a-1x2"])
def test_nothing_else_is_shown_as_an_image(source):
    assert "<img" not in render(f"![x]({source})")


def test_an_image_belongs_to_the_step_before_it():
    image = "![화면](portal:image/0a-1x2)"
    assert split_steps(f"1. 하나\n2. 둘\n\n{image}\n\n끝") == ["하나", f"둘\n\n{image}\n\n끝"]
    assert split_steps(image) == [image]


@pytest.mark.parametrize("after", ["자세히 알아보세요.", "## 제목\n\n끝", "| 가 |\n| - |\n| 나 |", "가\n\n- 나\n- 다"])
def test_what_stands_after_the_last_step_is_no_part_of_it(after: str) -> None:
    assert split_fix(f"먼저\n\n1. 하나\n2. 둘\n\n   둘의 말\n\n{after}\n") == (["먼저\n\n하나", "둘\n\n둘의 말"], after)
    assert split_fix(f"1. 하나\n\n{after}") == (["하나"], after)
    assert split_fix(f"1. 하나\n\n```\nx\n```\n\n{after}\n\n1. 둘") == (["하나\n\n```\nx\n```", f"{after}\n\n둘"], "")


@pytest.mark.parametrize("markdown", ["", "말", "하나\n\n둘", "```\nx\n```"])
def test_without_a_list_nothing_stands_after(markdown: str) -> None:
    assert split_fix(markdown).after == ""


def test_a_picture_is_offered_as_a_link_and_not_fetched():
    assert render("![화면](https://example.com/a.png)") == (
        '<p><a href="https://example.com/a.png" rel="noopener noreferrer">화면</a></p>\n'
    )


def test_headings_move_down_but_not_past_the_last():
    assert render("# 가\n\n##### 나", heading_offset=2) == "<h3>가</h3>\n<h6>나</h6>\n"


ALLOWED = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "a", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "vbscript:a",
    "data:text/html;base64,PHN2Zz4=",
    "data:image/svg+xml;base64,PHN2Zz4=",
    "file:///etc/passwd",
    "blob:https://e.com/1",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript:alert(1)",
    "java&#10;script:alert(1)",
    "java&Tab;script:alert(1)",
    "java\tscript:alert(1)",
    "java\x01script:alert(1)",
    "\x01javascript:alert(1)",
    "&#1;javascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "ｊavascript:alert(1)",
    "%6Aavascript:alert(1)",
    "view-source:https://e.com",
]


def is_safe_address(address: str) -> bool:
    """Whether a browser takes it for a web address, a mail address, or one relative to the page."""
    bare = "".join(letter for letter in address if letter > " ").lower()
    scheme, colon, _rest = bare.partition(":")
    return not colon or not scheme.isascii() or not scheme.isalpha() or scheme in {"http", "https", "mailto", "portal"}


def assert_safe(page: str) -> None:
    for tag, attributes in tags(page):
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "title", "rel", "start", "class"}
        assert is_safe_address(attributes.get("href") or "")


@pytest.mark.parametrize("address", SCRIPTS)
@pytest.mark.parametrize(
    "link",
    [
        "[x]({})",
        "[x]( {} )",
        "[x](<{}>)",
        '[x]({} "title")',
        "![x]({})",
        "<{}>",
        "[x]\n\n[x]: {}",
        "[![x]({0})]({0})",
        '<a href="{}">x</a>',
    ],
)
def test_no_link_leads_to_a_script(link, address):
    assert_safe(render(link.format(address)))


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//e.com/x.js>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        '<img src=x onerror="alert(1)">',
        "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        '<math href="javascript:alert(1)">x</math>',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=x></object><embed src=x><base href=//e.com>",
        "<form action=//e.com><input autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>",
        '<p style="background:url(javascript:alert(1))">x</p>',
        "<style>@import '//e.com/x.css'</style>",
        "<meta http-equiv=refresh content='0;url=//e.com'><link rel=stylesheet href=//e.com>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<template><script>alert(1)</script></template>",
        "<details open ontoggle=alert(1)>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "```html onmouseover=alert(1)\n<script>alert(1)</script>\n```",
        '```"><script>alert(1)</script>\nx\n```',
        "`<img src=x onerror=alert(1)>`",
        '[x](https://e.com "a\\" onclick=\\"b")',
        "| <b onclick=a> |\n| - |\n| <script> |",
        '# <a id="x" name="y">z</a>',
        "\u202e<script>\ufeff",
        "\x00<\x00script>",
        "\ud800<script>",
    ],
)
def test_markup_is_shown_and_does_nothing(markup):
    page = render(markup)
    assert_safe(page)
    assert page


def test_a_mapping_cannot_bring_a_script_in():
    assert "javascript" not in render("[x](portal:a)", link=lambda _: "javascript:alert(1)")


DEEP = 10_000


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("> ", ""),
        (">", ""),
        ("- ", ""),
        ("1. ", ""),
        ("> - 1. ", ""),
        ("*a ", " b*"),
        ("**", "**"),
        ("[", "]"),
        ("[a", "](x)"),
        ("![a", "](x)"),
        ("<![CDATA[", "]]>"),
    ],
)
def test_ten_thousand_levels_are_shown_as_written(opening, closing):
    page = render(opening * DEEP + "끝" + closing * DEEP)
    assert "끝" in page
    assert tags(page) == [("pre", {})]


@pytest.mark.parametrize("tag", ["div", "b", "svg", "table", "a href=x", "blockquote"])
def test_ten_thousand_tags_within_each_other_are_text(tag):
    page = render(f"<{tag}>" * DEEP + "끝" + f"</{tag.split()[0]}>" * DEEP)
    assert "끝" in page
    assert_safe(page)
    assert len(tags(page)) == 1


MEGABYTE = 1_000_000
AT_THE_LIMIT = [
    *(
        "*a ",
        "_a ",
        "**a",
        "*a_b",
        "a**b",
        "***a ",
        "x ** ",
        "~~",
        "`",
        "\\",
        "&",
        "&#x",
        "<",
        "<a ",
        "</",
        "<!--",
        "<?",
    ),
    *(
        "[",
        "]",
        "![",
        "[a](",
        "[a]: ",
        '[a](b "',
        "[a][",
        "[x]",
        "(",
        "<http://",
        "https://e.com ",
        "a_",
        "\t",
        "1. 2. ",
    ),
    *(
        "a\n",
        "- a\n",
        "1. a\n",
        "# a\n",
        "a\n=\n",
        "> a\n",
        "> *a\n",
        "a|b\n",
        "|",
        "    x\n",
        "a  \n",
        "```\n",
        "[a]: b\n",
    ),
    *("\n", "\r\n", "\n\n[", "가나다 ", "가. ", "|a|b|\n|-|-|\n", "\x00", "\u2028"),
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", AT_THE_LIMIT)
def test_whatever_is_repeated_takes_time_that_grows_with_its_length(piece):
    """At the longest that is laid out, and at a megabyte; a course that grows with the square takes minutes there."""
    assert not is_quadratic(lambda length: read_all(piece * (length // len(piece))))
    for text in (within_bounds(piece), piece * (MEGABYTE // len(piece))):
        assert_safe(read_all(text))


def read_all(text: str) -> str:
    split_steps(text)
    first_line(text)
    return render(text)


def within_bounds(piece: str) -> str:
    times = LONGEST // len(piece)
    return piece * min(times, (MOST_LINES - 1) // max(1, piece.count("\n")))


def test_a_hundred_levels_of_quotation_over_many_lines_take_time_that_grows_with_the_lines():
    assert not is_quadratic(lambda length: render(quoted(length // 20)))
    assert "끝" in render(quoted(MOST_LINES - 2))


def quoted(lines: int) -> str:
    return ">" * 100 + "끝\n" + "b\n" * lines


def test_a_huge_table_is_laid_out_or_shown_as_written():
    row = "|" + "b|" * 200 + "\n"
    table = "|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n"
    assert ("tr", {}) in tags(render(table + row * 50))
    assert tags(render(table + row * 5_000)) == [("pre", {})]


def test_a_table_whose_rows_lack_most_cells_does_not_swell():
    page = render("|" + "a|" * 2_000 + "\n|" + "-|" * 2_000 + "\n" + "|b\n" * 2_000)
    assert len(page) < MEGABYTE


def test_what_is_shown_as_written_is_all_there():
    text = "<b>&amp; 가\n" * MOST_LINES
    assert unescape(render(text)) == f"<pre>{text}</pre>"


@given(MARKDOWN)
def test_whatever_is_written_the_page_is_safe(markdown):
    assert_safe(render(markdown))


@given(
    st.lists(
        st.sampled_from([*SCRIPTS, *AT_THE_LIMIT, "<script>", "](", ")", "<", ">", '"', " on=", "\n\n"]), max_size=40
    )
)
def test_hostile_pieces_in_any_order_are_safe(pieces):
    text = "".join(pieces)
    assert_safe(render(text))
    assert all(step.strip() for step in split_steps(text))
    assert isinstance(first_line(text), str)
    assert isinstance(plain_text(text), str)


LINE = st.text(alphabet="가나다 ab12", min_size=1, max_size=20).map(str.strip).filter(lambda text: text.isalpha())


@pytest.mark.parametrize(
    ("markdown", "steps"),
    [
        ("", []),
        ("\n \n", []),
        ("한 단계입니다.", ["한 단계입니다."]),
        ("1. 하나\n2. 둘", ["하나", "둘"]),
        ("먼저\n\n1. 하나\n2. 둘\n\n끝으로", ["먼저\n\n하나", "둘\n\n끝으로"]),
        ("1. 하나\n\n## 다음\n\n1. 둘\n\n|a|\n|-|\n|b|", ["하나", "## 다음\n\n둘\n\n|a|\n|-|\n|b|"]),
        (
            "실행합니다.\n\n```\nGet-AzureVM\n```\n\n확인합니다.",
            ["실행합니다.\n\n```\nGet-AzureVM\n```", "확인합니다."],
        ),
        ("```\na\n```\n\n다음", ["```\na\n```", "다음"]),
        ("1. ```\n   a\n\n   b\n   ```\n   를 확인합니다.", ["```\na\n\nb\n```\n를 확인합니다."]),
        ("1. 하나\n   - 안\n   - 밖\n2. 둘", ["하나\n- 안\n- 밖", "둘"]),
        ("- 하나\n- 둘", ["- 하나\n- 둘"]),
        ("1. 하나\n\t- 안", ["하나\n - 안"]),
        ("1. 하나\u2028둘\n2. 셋", ["하나\u2028둘", "셋"]),
        ("10) 열\n11) 열하나", ["열", "열하나"]),
    ],
)
def test_a_fix_comes_apart_into_its_steps(markdown, steps):
    assert split_steps(markdown) == steps


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (
            "VM이 없습니다. - 보호를 중지합니다. http://e.com/a에 내용이 있습니다.",
            ("VM이 없습니다", "보호를 중지합니다."),
        ),
        ("No VM. Stop it. More details at http://e.com/?a=1", ("No VM", "Stop it.")),
        ("http://e.com/a를 참조하세요.", ("http://e.com/a를 참조하세요", "")),
        ("VM이 없습니다.", ("VM이 없습니다", "")),
        ("", ("", "")),
    ],
)
def test_a_title_is_what_a_message_says_first_and_leaves_out_what_only_leads_elsewhere(message, title):
    assert (headline(message), further(message)) == title


@given(st.lists(LINE, min_size=1, max_size=12))
def test_every_item_of_a_numbered_list_is_a_step(lines):
    assert split_steps("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))) == lines


@given(st.text(max_size=200))
def test_splitting_never_fails(markdown):
    assert all(step.strip() for step in split_steps(markdown))


def test_plain_text_keeps_the_words_and_drops_the_marks():
    assert (
        plain_text("**굵게** `x` [링크](https://e.com)\\\n다음\n\n- 하나\n\n```\ncode\n```")
        == "굵게 x 링크\n다음\n하나\ncode"
    )


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("- 하나\n- **둘**\n\n끝", "- 하나\n- 둘\n끝"),
        ("3. 셋\n   - 안\n4. 넷", "3. 셋\n  - 안\n4. 넷"),
        ("- 하나\n\n  더", "- 하나\n더"),
        ("그냥", "그냥"),
    ],
)
def test_a_text_as_lines_keeps_the_markers_of_its_lists(markdown, lines):
    assert as_lines(markdown) == lines


def test_the_words_of_code_keep_what_looks_like_a_tag():
    assert words("``<name>`` 및 \\<ID\\>, <b>굵게</b> `a & b`") == "<name> 및 <ID>, 굵게 a & b"


def test_plain_text_of_endless_nesting_is_the_text():
    assert plain_text("> " * 10_000 + "끝").endswith("끝")


@pytest.mark.parametrize(
    ("markdown", "line"),
    [
        ("", ""),
        ("1. **VM**을 다시 시작합니다. 그다음 확인합니다.\n2. 끝", "VM을 다시 시작합니다."),
        ("버전이 2.6.1198.718 이상이어야 합니다.", "버전이 2.6.1198.718 이상이어야 합니다."),
    ],
)
def test_the_first_line_is_the_first_sentence_of_the_fix(markdown, line):
    assert first_line(markdown) == line
