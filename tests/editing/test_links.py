"""Tests of the check of links: each leads somewhere, and readers can follow those that they see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows import make_flow
from troubleshoot.editing import links
from troubleshoot.editing.links import findings, is_for_readers, is_web_address
from troubleshoot.models import Document, ErrorEntry, Flow, FormerKey, Image, Operation, Resolution, Section

pytestmark = pytest.mark.django_db
OPEN = ("open", "archived-with-successor", "former")
CLOSED = ("draft", "staff", "archived")


@pytest.fixture(autouse=True)
def cast(db, copies) -> None:
    copies.make("what links lead to", make_cast)


def make_cast() -> None:
    document = Document.objects.create(key="d", title_ko="문서")
    Section.objects.create(key="network", document=document, order=1, title_ko="네트워크")
    operation = Operation.objects.create(key="backup", title_ko="백업", order=1)

    def entry(order: int, key: str, **more: object) -> ErrorEntry:
        return ErrorEntry.objects.create(key=key, operation=operation, order=order, message_ko=key, **more)

    target = entry(1, "open")
    entry(2, "draft", state="draft")
    entry(3, "staff", staff_only=True)
    entry(4, "archived", state="archived")
    entry(5, "archived-with-successor", state="archived", successor=target)
    FormerKey.objects.create(key="former", entry=target)
    Image.objects.create(key="0a-1x2", description="화면", media_type="image/png", content=b"x")
    make_flow("wizard", published=False, order=9)
    make_flow("seen", published=True, order=10)


def found(text: str, *, for_readers: bool = True) -> list[tuple[str, int]]:
    return [(finding.address, finding.line) for finding in findings([text], for_readers=for_readers)[0]]


@pytest.mark.parametrize(
    "address",
    [
        *(f"portal:error/{key}" for key in OPEN),
        "portal:section/network",
        "portal:flow/seen",
        "portal:step/seen/version",
        "portal:image/0a-1x2",
        "https://example.com",
        "http://example.com:8080/a?b=c#d",
        "https://한글.example/가",
        "https://[2001:db8::1]/",
        "mailto:help@example.com",
    ],
)
@pytest.mark.parametrize("for_readers", [True, False])
def test_a_link_that_leads_somewhere_is_right(address: str, *, for_readers: bool) -> None:
    assert found(f"[가]({address})", for_readers=for_readers) == []


@pytest.mark.parametrize(
    "address", [*(f"portal:error/{key}" for key in CLOSED), "portal:flow/wizard", "portal:step/wizard/os"]
)
def test_only_staff_may_be_led_to_what_readers_can_not_open(address: str) -> None:
    assert found(f"글\n\n[가]({address})") == [(address, 3)]
    assert found(f"[가]({address})", for_readers=False) == []


@pytest.mark.parametrize(
    "address",
    [
        "portal:error/nothing",
        "portal:section/open",
        "portal:flow/nothing",
        "portal:error/",
        "portal:image/nothing",
        "portal:step/seen",
        "portal:step/seen/nothing",
        "portal:step/nothing/os",
        "portal:entry/open",
        "portal:error/a/b",
        "open",
        "/errors/open/",
        "#x",
        "//example.com",
        "ftp://example.com",
        "http://",
        "https:example.com",
        "https://exa_mple..com",
        "https://user:secret@example.com",
        "https://example.com:99999/",
        "mailto:",
        "tel:1",
    ],
)
def test_a_link_that_leads_nowhere_is_named(address: str) -> None:
    for for_readers in (True, False):
        [(named, line)] = found(f"글\n[가]({address})", for_readers=for_readers)
        assert (named, line) == (address, 2)


def test_what_was_meant_as_a_link_is_named() -> None:
    assert found("[가](https://example.com/a b)") == [("https://example.com/a b", 1)]


def test_an_image_without_words_is_named() -> None:
    assert found("글\n\n![ ](portal:image/0a-1x2)") == [("portal:image/0a-1x2", 3)]
    assert found("![화면](portal:image/0a-1x2)") == []


def test_the_pages_that_show_an_image_are_known_and_those_that_lead_to_a_wizard() -> None:
    entry = ErrorEntry.objects.get(key="open")
    row = Resolution.objects.create(entry=entry, order=1, body_ko="![화면](portal:image/0a-1x2)", body_en="x")
    assert links.uses_of_images() == {"0a-1x2": [entry]}
    Resolution.objects.filter(pk=row.pk).update(body_ko="[단계](portal:step/seen/os)")
    assert links.uses_of_images() == {}
    assert entry in [page for _said, page in links.dependents(Flow.objects.get(key="seen"))]


def test_the_sentence_names_the_link() -> None:
    for text in ("[가](portal:error/no)", "[가](portal:error/draft)", "[가](x)", "[가](http://)", "[가](a b)"):
        [[finding]] = findings([text], for_readers=True)
        assert finding.address in finding.sentence


def test_many_texts_take_as_many_queries_as_one(count_queries) -> None:
    text = "[가](portal:error/open) [나](portal:section/network) [다](portal:flow/seen) [라](portal:error/no)"
    one = count_queries(lambda: findings([text], for_readers=True))
    assert count_queries(lambda: findings([text] * 50, for_readers=True)) == one
    assert one <= 6


def test_a_text_without_links_asks_the_database_nothing(count_queries) -> None:
    assert count_queries(lambda: findings(["글", "", "https://example.com"], for_readers=True)) == 0


def test_who_sees_a_text_depends_on_the_state() -> None:
    entries = {entry.key: entry for entry in ErrorEntry.objects.all()}
    assert {key for key, entry in entries.items() if is_for_readers(entry)} == {"open"}
    assert is_for_readers(Resolution(entry=entries["open"]))
    assert not is_for_readers(Resolution(entry=entries["open"], staff_only=True))
    assert not is_for_readers(Resolution(entry=entries["draft"]))
    assert is_for_readers(Section())
    assert not is_for_readers(make_flow("new", published=False, order=11))


@given(st.text(max_size=300))
def test_any_text_is_a_web_address_or_not(text: str) -> None:
    assert is_web_address(text) <= text.casefold().strip().startswith(("http://", "https://"))
    assert not is_web_address(f"https://{'a' * 5_000}{text}!")


@given(st.text(alphabet="[]()a:/ .portalerosecn\n", max_size=200))
def test_any_text_can_be_checked(text: str) -> None:
    findings([text], for_readers=False)


def test_entries_with_a_wrong_link_are_found_by_what_their_readers_can_open() -> None:
    def link(entry: str, target: str, **more: object) -> int:
        row = ErrorEntry.objects.get(key=entry)
        Resolution.objects.create(entry=row, order=1, body_ko=f"[x](portal:error/{target})", **more)
        return row.pk

    wrong = {link("open", "draft"), link("staff", "nothing")}
    link("draft", "archived")  # which staff can open
    assert links.pages_with_wrong_links(ErrorEntry) == wrong
    Resolution.objects.filter(entry__key="open").update(staff_only=True)
    assert links.pages_with_wrong_links(ErrorEntry) == wrong - {ErrorEntry.objects.get(key="open").pk}
