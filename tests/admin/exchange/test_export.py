"""Exporting content from the administration: what the list shows, in files that run nothing and come back the same."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from troubleshoot.exchange.files import MOST_IN_A_CELL
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution

pytestmark = pytest.mark.django_db

ENTRIES = "/en/admin/troubleshoot/errorentry/"
SYNONYMS = "/en/admin/troubleshoot/synonymgroup/"
HOSTILE = (
    '=HYPERLINK("http://bad")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "'=quoted",
    "- 목록\n- 항목",
    '"quotes", commas; and\nlines',
    "_x0041_ and _x005F_",
    "각 nfd: \u1100\u1161 🧨",
    "1.0",
    "TRUE",
    "0x80090326",
)


def take(client, kind: str = "Entries", file: str = "csv", query: str = "") -> bytes:
    address = SYNONYMS if kind == "Synonyms" else ENTRIES
    answer = client.post(f"{address}export/{query}", {"kind": kind, "file": file})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return answer.content


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def bring_back(client, data: bytes, kind: str, name: str):
    address = SYNONYMS if kind == "Synonyms" else ENTRIES
    return client.post(f"{address}import/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def test_an_entry_is_exported_in_both_languages_with_its_state(editor, entry) -> None:
    assert rows(take(editor)) == [
        {
            "key": "agent",
            "operation": "backup",
            "order": "1",
            "state": "published",
            "staff_only": "no",
            "is_outdated": "no",
            "successor": "",
            "message_ko": "에이전트 오류",
            "message_en": "Agent error",
            "cause_ko": "",
            "cause_en": "",
            "lead_ko": "",
            "lead_en": "",
            "outdated_note_ko": "",
            "outdated_note_en": "",
        }
    ]


def test_each_kind_of_file_can_be_read(editor, entry) -> None:
    assert take(editor).startswith(b"\xef\xbb\xbfkey,")
    assert json.loads(take(editor, file="json"))[0]["key"] == "agent"
    sheet = load_workbook(BytesIO(take(editor, file="xlsx"))).active
    assert [cell.value for cell in sheet["A"]] == ["key", "agent"]


def test_aliases_and_resolutions_name_their_entry(editor, entry) -> None:
    assert [row["text_ko"] for row in rows(take(editor, "Aliases"))] == ["320001"]
    found = [(row["entry"], row["order"], row["origin"]) for row in rows(take(editor, "Resolutions"))]
    assert found == [("agent", "1", "document"), ("agent", "2", "editor")]


def test_what_is_filtered_and_searched_for_is_what_is_exported(editor, entry) -> None:
    other = Operation.objects.create(key="restore", order=2, title_ko="복원", title_en="Restore")
    more = ErrorEntry.objects.create(key="more", operation=other, order=1, message_ko="다른 것")
    ErrorAlias.objects.create(entry=more, text_ko="별칭")
    assert [row["key"] for row in rows(take(editor, query="?q=agent"))] == ["agent"]
    assert [row["key"] for row in rows(take(editor, query=f"?operation__id__exact={other.pk}"))] == ["more"]
    assert [row["entry"] for row in rows(take(editor, "Aliases", query="?q=more"))] == ["more"]


def test_a_proposed_change_is_not_exported(editor, entry) -> None:
    change = ErrorEntry.objects.create(
        key="proposal-of-1", operation=entry.operation, order=1, message_ko="비밀", proposal_for=entry, state="draft"
    )
    ErrorAlias.objects.create(entry=change, text_ko="비밀")
    Resolution.objects.create(entry=change, order=1, body_ko="비밀")
    for kind in ("Entries", "Aliases", "Resolutions"):
        assert "비밀" not in take(editor, kind).decode("utf-8-sig")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_or_a_workbook_is_a_formula(editor, entry, text) -> None:
    ErrorEntry.objects.update(cause_ko=text)
    assert not rows(take(editor))[0]["cause_ko"].startswith(("=", "+", "-", "@", "\t", "\r"))
    sheet = load_workbook(BytesIO(take(editor, file="xlsx"))).active
    assert "f" not in {cell.data_type for cell in sheet[2]}


@pytest.mark.parametrize("file", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("kind", ["Entries", "Aliases", "Resolutions", "Synonyms"])
def test_what_was_exported_changes_nothing_when_it_is_imported(editor, content, kind, file) -> None:
    page = bring_back(editor, take(editor, kind, file), kind, f"a.{file}")
    assert page.context["preview"].problems == ()
    assert page.context["preview"].rows == ()
    assert page.context["preview"].unchanged > 0


TEXT = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=30
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=2, max_size=2), file=st.sampled_from(["csv", "xlsx", "json"]))
def test_any_text_comes_back(editor, entry, texts, file) -> None:
    ErrorEntry.objects.update(cause_ko=texts[0], cause_en=texts[1])
    page = bring_back(editor, take(editor, file=file), "Entries", f"a.{file}")
    assert page.context["preview"].problems == ()
    assert page.context["preview"].rows == ()


@pytest.mark.parametrize("text", ["x" * (MOST_IN_A_CELL + 1), "bell \a"])
def test_what_excel_can_not_hold_is_said_and_never_cut(editor, entry, text) -> None:
    ErrorEntry.objects.update(cause_ko=text)
    page = editor.post(f"{ENTRIES}export/", {"kind": "Entries", "file": "xlsx"})
    assert "agent" in page.context["form"].errors["file"][0]
    assert rows(take(editor))[0]["cause_ko"] == text


@pytest.mark.parametrize("data", [{}, {"kind": "Nonsense", "file": "csv"}, {"kind": "Entries", "file": "exe"}])
def test_a_form_that_is_incomplete_is_shown_again(editor, entry, data) -> None:
    page = editor.post(f"{ENTRIES}export/", data)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_a_filter_that_is_none_leads_back_to_the_list(editor, entry) -> None:
    answer = editor.post(f"{ENTRIES}export/?operation__id__exact=x&nothing=1", {"kind": "Entries", "file": "csv"})
    assert answer.status_code == 302


def test_who_may_not_see_the_entries_may_not_export_them(client, django_user_model, entry) -> None:
    client.force_login(django_user_model.objects.create_user("staff", is_staff=True))
    assert client.get(f"{ENTRIES}export/").status_code == 403
    assert client.post(f"{ENTRIES}export/", {"kind": "Entries", "file": "csv"}).status_code == 403


def test_it_takes_as_many_queries_for_twenty_rows_as_for_ten(editor, entry, count_queries) -> None:
    def add(start: int) -> None:
        for order in range(start, start + 10):
            more = ErrorEntry.objects.create(key=f"e{order}", operation=entry.operation, order=order, message_ko="오류")
            Resolution.objects.create(entry=more, order=1, body_ko="고칩니다.")

    def export() -> None:
        for kind in ("Entries", "Aliases", "Resolutions"):
            take(editor, kind)

    add(2)
    ten = count_queries(export)
    add(12)
    assert count_queries(export) == ten
