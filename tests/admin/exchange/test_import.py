"""Importing content in the administration: seen before it is made, made whole or not at all, by who may."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from tests.admin.forms import member
from tests.people import signed_in, staff
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, PendingImport, Resolution, Revision, SynonymGroup
from troubleshoot.search.engine import SearchRequest, search

pytestmark = pytest.mark.django_db

ENTRIES = "/en/admin/troubleshoot/errorentry/"
SYNONYMS = "/en/admin/troubleshoot/synonymgroup/"


def as_csv(*rows: dict[str, object]) -> bytes:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, dict.fromkeys(name for row in rows for name in row))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_xlsx(*rows: dict[str, object]) -> bytes:
    book = Workbook()
    for row in (list(rows[0]), *(list(row.values()) for row in rows)):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(*rows: dict[str, object]) -> bytes:
    return json.dumps(rows).encode()


def bring(client: Client, data: bytes, kind: str = "Entries", name: str = "a.csv"):
    """Choose a file; the answer is the page with what it would change."""
    address = SYNONYMS if kind == "Synonyms" else ENTRIES
    return client.post(f"{address}import/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def confirm(client: Client, page, address: str = ENTRIES):
    return client.post(f"{address}process_import/", {"file": page.context["pending"].pk})


def import_all(client: Client, data: bytes, kind: str = "Entries", name: str = "a.csv") -> str:
    """Bring a file and confirm it; what the page then says."""
    page = bring(client, data, kind, name)
    assert "pending" in page.context, problems(page)
    answer = confirm(client, page, SYNONYMS if kind == "Synonyms" else ENTRIES)
    assert answer.status_code == 302
    return client.get(answer["Location"]).content.decode()


def problems(page) -> list[tuple[str, str, str]]:
    if page.context.get("preview") is None:
        return [("", "file", sentence) for sentence in page.context["form"].errors.get("file", [])]
    return [(found.place, found.column, found.sentence) for found in page.context["preview"].problems]


def new_entry(key: str = "new", **fields: object) -> dict[str, object]:
    return {"key": key, "operation": "backup", "message_ko": "새 오류", "message_en": "New error"} | fields


def test_a_file_is_shown_before_anything_is_changed(publisher) -> None:
    page = bring(publisher, as_csv(new_entry(), {"key": "agent", "operation": "backup", "message_ko": "다른 오류"}))
    html = page.content.decode()
    assert "<del>에이전트</del>" in html
    assert "<ins>다른</ins>" in html
    assert page.context["preview"].created == 1
    assert page.context["preview"].updated == 1
    assert not ErrorEntry.objects.filter(key="new").exists()
    assert ErrorEntry.objects.get(key="agent").message_ko == "에이전트 오류"
    assert not Revision.objects.exists()


@pytest.mark.parametrize(("write", "name"), [(as_csv, "a.csv"), (as_xlsx, "a.xlsx"), (as_json, "a.json")])
def test_every_kind_of_file_is_imported(publisher, write, name) -> None:
    said = import_all(publisher, write(new_entry(order=7, staff_only="yes", state="published")), name=name)
    made = ErrorEntry.objects.get(key="new")
    assert "1 row is new" in said
    assert (made.order, made.staff_only, made.state, made.message_en) == (7, True, "published", "New error")


def test_a_new_entry_is_a_draft_at_the_end_unless_the_file_says_otherwise(publisher) -> None:
    import_all(publisher, as_csv(new_entry("a"), new_entry("b", order=9), new_entry("c")))
    assert list(ErrorEntry.objects.exclude(key="agent").order_by("order").values_list("key", "order", "state")) == [
        ("a", 2, "draft"),
        ("b", 9, "draft"),
        ("c", 10, "draft"),
    ]


def test_an_imported_text_is_found_by_the_next_search_and_is_in_the_history(publisher) -> None:
    import_all(publisher, as_csv({"key": "agent", "message_ko": "양자 얽힘 실패"}), name="changes.csv")
    assert search(SearchRequest("양자 얽힘")).hits[0].key == "agent"
    last, first = Revision.objects.order_by("-number")
    assert (first.action, last.action, last.reason) == ("found", "imported", "changes.csv")
    assert last.user.username == "publisher"


def test_the_history_has_an_entry_once_however_many_of_its_rows_came(publisher) -> None:
    rows = [{"entry": "agent", "kind": "code", "text_ko": f"E{number}"} for number in range(3)]
    import_all(publisher, as_csv(*rows), "Aliases")
    assert Revision.objects.filter(action="imported").count() == 1
    assert ErrorAlias.objects.count() == 4


def test_aliases_and_resolutions_are_recognised_by_their_entry(publisher) -> None:
    import_all(publisher, as_csv({"entry": "agent", "text_ko": "320001", "kind": "message"}), "Aliases")
    assert ErrorAlias.objects.get().kind == "message"
    rows = [{"entry": "agent", "order": 1, "body_ko": "고칩니다."}, {"entry": "agent", "order": 3, "body_ko": "셋"}]
    import_all(publisher, as_csv(*rows), "Resolutions")
    assert list(Resolution.objects.order_by("order").values_list("order", "body_ko")) == [
        (1, "고칩니다."),
        (2, "다시 시작합니다."),
        (3, "셋"),
    ]


def test_synonyms_are_imported(publisher) -> None:
    import_all(publisher, as_csv({"key": "vm", "terms": "VM\n가상 컴퓨터"}, {"key": "os", "terms": "a\nb"}), "Synonyms")
    assert SynonymGroup.objects.get(key="vm").term_list == ["VM", "가상 컴퓨터"]
    assert SynonymGroup.objects.count() == 2


def test_a_column_that_is_not_there_stays_and_an_empty_cell_empties_a_text_and_nothing_else(publisher) -> None:
    import_all(publisher, as_csv({"key": "agent", "message_en": "", "order": "", "state": "", "operation": ""}))
    entry = ErrorEntry.objects.get()
    assert (entry.message_ko, entry.message_en, entry.order, entry.state) == ("에이전트 오류", "", 1, "published")


def test_a_name_that_a_json_item_leaves_out_stays(publisher) -> None:
    import_all(publisher, as_json({"key": "agent", "cause_ko": "까닭"}, new_entry()), name="a.json")
    assert ErrorEntry.objects.get(key="agent").message_ko == "에이전트 오류"


def test_entries_exchange_their_places_in_one_file(publisher) -> None:
    other = ErrorEntry.objects.create(key="b", operation=Operation.objects.get(), order=2, message_ko="둘")
    page = bring(publisher, as_csv({"key": "agent", "order": 2}, {"key": "b", "order": 1}))
    assert [
        [(cell.column, [piece.text for piece in cell.pieces]) for cell in row.cells]
        for row in page.context["preview"].rows
    ] == [
        [("order", ["1", "2"])],
        [("order", ["2", "1"])],
    ]
    assert '<th scope="row">Order</th>' in page.text
    confirm(publisher, page)
    other.refresh_from_db()
    assert (ErrorEntry.objects.get(key="agent").order, other.order) == (2, 1)


def test_what_changes_is_named_as_in_forms_with_its_language(publisher) -> None:
    page = bring(publisher, as_csv({"key": "agent", "message_ko": "새 말", "cause_en": "New"})).text
    assert '<th scope="row">Message (Korean)</th>' in page
    assert '<th scope="row">Cause (English)</th>' in page


def test_an_entry_that_moves_to_another_operation_comes_last_there(publisher) -> None:
    there = Operation.objects.create(key="restore", order=5, title_ko="복원", title_en="Restore")
    ErrorEntry.objects.create(key="b", operation=there, order=1, message_ko="둘")
    import_all(publisher, as_csv({"key": "agent", "operation": "restore"}))
    assert ErrorEntry.objects.get(key="agent").order == 2


def test_a_file_that_changes_nothing_says_so(publisher) -> None:
    page = bring(publisher, as_csv({"key": "agent", "message_ko": " 에이전트 오류\r\n"}))
    assert "Nothing would change" in page.content.decode()
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([new_entry(operation="nowhere")], "operation"),
        ([new_entry(operation="")], "operation"),
        ([new_entry(message_ko="", message_en="")], "message_ko"),
        ([new_entry(order="x")], "order"),
        ([new_entry(order="0")], "order"),
        ([new_entry(order="99999999999999999999")], "order"),
        ([new_entry(order="1")], "order"),
        ([new_entry(staff_only="perhaps")], "staff_only"),
        ([new_entry(state="archived")], "state"),
        ([new_entry(state="nonsense")], "state"),
        ([new_entry("")], "key"),
        ([new_entry("has space")], "key"),
        ([new_entry("x" * 81)], "key"),
        ([new_entry("proposal-of-1")], "key"),
        ([new_entry(), new_entry()], ""),
    ],
)
def test_a_broken_row_is_named_by_its_number_and_nothing_is_imported(publisher, rows, column) -> None:
    good = {"key": "agent", "operation": "backup", "message_ko": "여러 줄\n메시지", "message_en": "changed"}
    page = bring(publisher, as_csv(good, *rows))
    found = problems(page)
    assert [(place, name) for place, name, _sentence in found] == [
        (f"Row {2 + len(rows)} (line {3 + len(rows)})", column)
    ]
    assert found[0][2]
    assert "Nothing was imported" in page.content.decode()
    assert "pending" not in page.context
    assert ErrorEntry.objects.get().message_en == "Agent error"
    assert ErrorEntry.objects.get().order == 1


def test_every_broken_row_is_named(publisher) -> None:
    rows = [new_entry(f"e{number}", operation="nowhere") for number in range(3)]
    assert [place for place, _column, _sentence in problems(bring(publisher, as_csv(*rows)))] == [
        "Row 2",
        "Row 3",
        "Row 4",
    ]


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        ("Aliases", {"entry": "agent", "text_ko": "x" * 501}, "text_ko"),
        ("Aliases", {"entry": "agent", "text_ko": "x", "kind": "nonsense"}, "kind"),
        ("Aliases", {"entry": "", "text_ko": "x"}, "entry"),
        ("Aliases", {"entry": "agent", "text_ko": ""}, "text_ko"),
        ("Aliases", {"entry": "nowhere", "text_ko": "x"}, "entry"),
        ("Resolutions", {"entry": "agent", "order": "9", "body_ko": ""}, "body_ko"),
        ("Resolutions", {"entry": "agent", "order": "-1", "body_ko": "x"}, "order"),
        ("Synonyms", {"key": "one", "terms": "하나"}, "terms"),
    ],
)
def test_a_broken_row_of_any_kind_is_named(publisher, kind, row, column) -> None:
    assert [found[:2] for found in problems(bring(publisher, as_csv(row), kind))] == [("Row 2", column)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"key,colour,size\nagent,red,1\n", "colour, size"),
        (b"message_ko\nx\n", "key"),
        (b"\x00\x01\x02", "not a text file"),
        (b"key\n", "no rows"),
        (("a," * 100_000).encode(), "columns"),
    ],
)
def test_a_file_that_can_not_be_read_gets_a_sentence(publisher, data, said) -> None:
    page = bring(publisher, data)
    assert page.status_code == 200
    assert said in problems(page)[0][2]


@pytest.mark.parametrize("name", ["a.exe", "a.xlsx", "a.json"])
def test_a_wrong_extension_gets_a_sentence(publisher, name) -> None:
    assert problems(bring(publisher, as_csv(new_entry()), name=name))


def test_korean_windows_files_are_read(publisher) -> None:
    import_all(publisher, as_csv(new_entry(message_ko="똠방각하")).decode().encode("cp949"))
    assert ErrorEntry.objects.get(key="new").message_ko == "똠방각하"


@pytest.mark.parametrize("data", [{}, {"kind": "Entries"}, {"kind": "Nonsense"}, {"kind": "Entries", "file": "text"}])
def test_a_form_that_is_incomplete_is_shown_again(publisher, data) -> None:
    page = publisher.post(f"{ENTRIES}import/", data)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_what_readers_know_is_not_hidden_by_a_file(publisher) -> None:
    for state in ("draft", "review", "archived"):
        assert problems(bring(publisher, as_csv({"key": "agent", "state": state})))[0][1] == "state"


def test_a_draft_is_published_by_a_file_of_who_publishes(publisher) -> None:
    ErrorEntry.objects.update(state="draft", reviewed=None)
    import_all(publisher, as_csv({"key": "agent", "state": "published"}))
    assert ErrorEntry.objects.get().reviewed is not None


@pytest.mark.parametrize(
    "address", ["portal:error/nope", "portal:error/secret", "javascript:alert(1)", "http://", "portal:flow/wizard"]
)
def test_a_wrong_link_is_named_by_its_line(publisher, entry, address) -> None:
    ErrorEntry.objects.create(key="secret", operation=entry.operation, order=8, message_ko="둘", staff_only=True)
    good = {"key": "agent", "cause_ko": "[가](portal:error/agent)"}
    bad = new_entry(state="published", cause_ko=f"글 [가]({address})")
    page = bring(publisher, as_json(good, bad), name="a.json")
    assert [found[1] for found in problems(page)] == ["cause_ko"]
    assert address in problems(page)[0][2]
    row = {"entry": "agent", "order": 1, "body_ko": f"[가]({address})"}
    assert [found[:2] for found in problems(bring(publisher, as_csv(row), "Resolutions"))] == [("Row 2", "body_ko")]
    assert not ErrorEntry.objects.filter(key="new").exists()


def test_a_link_may_lead_to_a_row_further_down_and_one_for_staff_to_a_draft(publisher) -> None:
    first = new_entry("first", state="published", staff_only="no", cause_ko="[가](portal:error/second)")
    second = new_entry("second", state="published", staff_only="no", cause_ko="")
    third = new_entry("third", state="draft", staff_only="no", cause_ko="[가](portal:error/fourth)")
    fourth = new_entry("fourth", state="draft", staff_only="yes", cause_ko="")
    import_all(publisher, as_csv(first, second, third, fourth))
    assert ErrorEntry.objects.count() == 5


def test_what_a_file_shows_to_readers_is_checked_whole(publisher, entry) -> None:
    ErrorEntry.objects.update(state="draft")
    entry.resolutions.filter(order=2).update(body_ko="[가](portal:error/nope)")
    page = bring(publisher, as_csv({"key": "agent", "state": "published"}))
    assert "portal:error/nope" in problems(page)[0][2]
    entry.resolutions.filter(order=2).update(staff_only=True)
    import_all(publisher, as_csv({"key": "agent", "state": "published"}))


def test_a_wrong_link_that_a_file_does_not_touch_is_left_alone(publisher, entry) -> None:
    ErrorEntry.objects.update(cause_ko="[가](portal:error/nope)")
    import_all(publisher, as_csv({"key": "agent", "message_en": "Changed"}))
    assert ErrorEntry.objects.get().message_en == "Changed"


def test_a_proposed_change_is_neither_seen_nor_written(publisher, entry) -> None:
    ErrorEntry.objects.create(
        key="proposal-of-1", operation=entry.operation, order=1, message_ko="비밀", proposal_for=entry, state="draft"
    )
    assert problems(bring(publisher, as_csv({"key": "proposal-of-1", "operation": "backup", "message_ko": "x"})))
    assert problems(bring(publisher, as_csv({"entry": "proposal-of-1", "text_ko": "x"}), "Aliases"))


def test_a_file_with_a_long_name_is_imported(publisher) -> None:
    import_all(publisher, as_json(new_entry()), name=f"{'긴이름' * 80}.json")
    assert ErrorEntry.objects.filter(key="new").exists()


def test_a_kept_file_that_can_not_be_read_any_more_leads_back_with_a_sentence(publisher) -> None:
    page = bring(publisher, as_csv(new_entry()))
    PendingImport.objects.update(name="a")
    answer = confirm(publisher, page)
    assert "ends in .csv" in publisher.get(answer["Location"]).content.decode()


def test_a_content_that_changed_meanwhile_is_shown_again(publisher, entry) -> None:
    page = bring(publisher, as_csv({"key": "agent", "message_en": "From the file"}))
    entry.message_en = "Somebody else's"
    entry.save()
    again = confirm(publisher, page)
    assert "changed in the meantime" in again.content.decode()
    assert ErrorEntry.objects.get().message_en == "Somebody else's"
    assert confirm(publisher, again).status_code == 302
    assert ErrorEntry.objects.get().message_en == "From the file"


def test_what_became_impossible_meanwhile_is_said_and_nothing_is_imported(publisher) -> None:
    page = bring(publisher, as_json(new_entry(), {"key": "agent", "message_en": "x"}), name="a.json")
    ErrorEntry.objects.create(key="b", operation=Operation.objects.get(), order=2, message_ko="둘")
    ErrorEntry.objects.filter(key="agent").update(key="renamed")
    assert problems(confirm(publisher, page))
    assert not ErrorEntry.objects.filter(key="new").exists()


def test_a_file_is_confirmed_once_and_by_nobody_else(publisher) -> None:
    page = bring(publisher, as_csv(new_entry()))
    other = member("editor", "other")
    assert other.get(confirm(other, page)["Location"]).context["form"]
    assert not ErrorEntry.objects.filter(key="new").exists()
    confirm(publisher, page)
    assert confirm(publisher, page)["Location"].endswith("/import/")
    assert not PendingImport.objects.exists()


@pytest.mark.parametrize("file", ["", "x", "../../etc/passwd", "00000000-0000-0000-0000-000000000000", "\0"])
def test_a_file_that_is_none_leads_back(publisher, file) -> None:
    answer = publisher.post(f"{ENTRIES}process_import/", {"file": file})
    assert answer["Location"].endswith("/import/")


def test_a_file_of_synonyms_is_no_file_of_entries(publisher) -> None:
    page = bring(publisher, as_csv({"key": "os", "terms": "a\nb"}), "Synonyms")
    assert confirm(publisher, page, ENTRIES)["Location"].endswith("/import/")
    assert SynonymGroup.objects.count() == 1


def test_confirming_by_get_changes_nothing(publisher) -> None:
    assert publisher.get(f"{ENTRIES}process_import/").status_code == 302


@pytest.mark.parametrize("groups", [("author",), ("analyst",), ()])
@pytest.mark.parametrize("address", [ENTRIES, SYNONYMS])
def test_who_does_not_publish_does_not_import(entry, groups, address) -> None:
    client = signed_in(staff(*groups))
    kind = "Synonyms" if address == SYNONYMS else "Entries"
    assert client.get(f"{address}import/").status_code == 403
    assert bring(client, as_csv(new_entry()), kind).status_code == 403
    assert client.post(f"{address}process_import/", {"file": "x"}).status_code == 403
    if groups:
        assert "/import/" not in client.get(address).content.decode()


def test_an_anonymous_reader_is_asked_to_sign_in(client) -> None:
    assert "/login/" in client.get(f"{ENTRIES}import/")["Location"]


def test_the_pages_are_plain_under_the_strict_policy(publisher) -> None:
    pages = (
        publisher.get(ENTRIES),
        publisher.get(f"{ENTRIES}import/"),
        bring(publisher, as_csv(new_entry(message_ko="<script>alert(1)</script>"))),
        bring(publisher, as_csv(new_entry(operation="<b>x</b>"))),
        publisher.get(f"{ENTRIES}export/"),
    )
    for page in pages:
        html = page.content.decode()
        assert not any(bad in html for bad in (" style=", " onclick=", " onchange=", "<script>", "<b>x"))
