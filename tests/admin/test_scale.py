"""Every page of the administration takes as many queries for twenty rows of everything as for ten, and few of them."""

import uuid
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.admin.conftest import make_entry
from tests.admin.forms import page_of
from tests.flows import make_flow
from troubleshoot.models import (
    Choice,
    Document,
    ErrorAlias,
    ErrorEntry,
    FlowLink,
    FormerKey,
    Image,
    Operation,
    Product,
    QueryLog,
    Resolution,
    Revision,
    Section,
    Step,
    StepCount,
    SynonymGroup,
    Verdict,
)

pytestmark = pytest.mark.django_db

OWN = {model._meta.model_name: model for model in admin.site._registry if model._meta.app_label == "troubleshoot"}
del OWN["apitoken"]  # made and taken away by hand, a few of them: exchange/test_tokens
# Session and user are two of them; a page with inlines asks for each kind of row once.
MOST_QUERIES = 21


@pytest.fixture
def crowd(entry) -> Any:
    """Add ten rows of everything, to the entry and the wizard too: ``crowd()``."""
    begun = count(20, 10)

    def add() -> None:
        add_ten(entry, next(begun))

    return add


@pytest.fixture
def twenty_of_everything(db, copies) -> None:
    """The entry and its wizard with twenty rows of everything."""
    copies.make("twenty of everything", make_twenty)


def make_twenty() -> None:
    make_entry()
    entry = ErrorEntry.objects.get()
    add_ten(entry, 20)
    add_ten(entry, 30)


def add_ten(first: ErrorEntry, number: int) -> None:
    for more in range(10):
        add_one(first, number + more)


def add_one(first: ErrorEntry, number: int) -> None:
    """One row of everything. Nothing here searches for them, so they are put in at once where that is possible."""
    Image.objects.create(key=f"{number}-1x1", description="화면", media_type="image/png", content=b"x")
    product = Product.objects.create(key=f"p{number}", title_ko="제품", order=number)
    document = Document.objects.create(key=f"d{number}", product=product, title_ko="문서")
    section, _other = Section.objects.bulk_create(
        Section(key=f"{letter}{number}", document=home, order=number, title_ko="절")
        for letter, home in (("s", document), ("t", first.operation.section.document))
    )
    (operation,) = Operation.objects.bulk_create(
        [Operation(key=f"o{number}", section=section, order=number, title_ko="작업", title_en="Job")]
    )
    entries = ErrorEntry.objects.bulk_create(
        ErrorEntry(key=f"{letter}{number}", operation=home, order=number, message_ko="오류", successor=first)
        for letter, home in (("a", operation), ("b", first.operation))
    )
    proposal = {"proposal_for": entries[-1], "state": "draft"}
    ErrorEntry.objects.bulk_create(
        [ErrorEntry(key=f"proposal-of-{number}", operation=operation, order=1, message_ko="변경", **proposal)]
    )
    own = [(entry, 1) for entry in entries] + [(first, number)]
    ErrorAlias.objects.bulk_create(ErrorAlias(entry=entry, text_ko=f"별칭 {order}") for entry, order in own)
    Resolution.objects.bulk_create(Resolution(entry=entry, order=order, body_ko="고칩니다.") for entry, order in own)
    FormerKey.objects.bulk_create(FormerKey(key=f"former-{entry.key}", entry=entry) for entry in entries)
    Revision.objects.bulk_create(revision(entry, order) for entry, order in own)
    flow = make_flow(f"f{number}", published=False, order=number)
    FlowLink.objects.bulk_create([FlowLink(entry=first, flow=flow, order=number)])
    step = Step.objects.first()
    assert step is not None
    (more,) = Step.objects.bulk_create([Step(flow=step.flow, key=f"s{number}", order=number, title_ko="단계")])
    Choice.objects.bulk_create([Choice(step=step, key=f"c{number}", order=number, label_ko="선택", target=more)])
    SynonymGroup.objects.bulk_create([SynonymGroup(key=f"g{number}", terms=f"a{number}\nb{number}")])
    QueryLog.objects.create(search=uuid.uuid4(), language="ko", query="백업", results=0)
    Verdict.objects.create(kind="error", key=first.key, solved=True, resolution=first.resolutions.first())
    StepCount.objects.create(day=date(2026, 1, 1), flow="f", step=f"s{number}", seen=1)


def revision(entry: ErrorEntry, number: int) -> Revision:
    said = {"title": "제목", "action": "edited", "content": {}}
    return Revision(model="troubleshoot.errorentry", object_id=entry.pk, number=number, **said)


def address(name: str, page: str, *args: object) -> str:
    return reverse(f"admin:troubleshoot_{name}_{page}", args=args)


def first_row(name: str) -> Any:
    return OWN[name]._default_manager.order_by("pk").first()


def pages(name: str) -> list[str]:
    row = first_row(name)
    return [address(name, "changelist"), address(name, "changelist") + "?q=a", address(name, "add")] + [
        address(name, page, row.pk) for page in ("change", "history")
    ]


@pytest.fixture
def on_one_page(monkeypatch) -> None:
    """A second page of a list is a query more, however many follow."""
    for model in OWN.values():
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", 500)


@pytest.mark.usefixtures("on_one_page")
def test_a_page_takes_as_many_queries_for_twenty_rows_as_for_ten(editor: Client, crowd, count_queries) -> None:
    def counted() -> dict[str, int]:
        editor.get(page_of(ErrorEntry.objects.get(key="agent")))  # the search index catches up
        return {page: count_queries(lambda page=page: editor.get(page)) for page in every}

    crowd()
    every = [page for name in sorted(OWN) for page in pages(name)]
    for page in every:  # what is asked for once is known
        editor.get(page)
    ten = counted()
    crowd()
    twenty = counted()
    assert twenty == ten
    assert {page: queries for page, queries in twenty.items() if queries > MOST_QUERIES} == {}


def test_every_page_of_a_long_list_has_its_own_rows_in_order(editor: Client, entry, count_queries, monkeypatch) -> None:
    monkeypatch.setattr(admin.site._registry[ErrorEntry], "list_per_page", 5)
    for order in range(2, 23):
        ErrorEntry.objects.create(key=f"e{order}", operation=entry.operation, order=order, message_ko="오류")
    rows = [
        [row.order for row in editor.get(address("errorentry", "changelist"), {"p": page}).context["cl"].result_list]
        for page in range(1, 6)
    ]
    assert rows == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15], [16, 17, 18, 19, 20], [21, 22]]


@pytest.mark.parametrize("column", [4, -4])
def test_entries_are_sorted_by_how_much_belongs_to_them(editor: Client, entry, column) -> None:
    ErrorEntry.objects.create(key="bare", operation=entry.operation, order=2, message_ko="오류")
    rows = editor.get(address("errorentry", "changelist"), {"o": column}).context["cl"].result_list
    assert [row.key for row in rows] == (["bare", "agent"] if column > 0 else ["agent", "bare"])


# A choice leads to a step of its own wizard: of these there are not many, and all of them are shown.
@pytest.mark.parametrize("name", sorted(OWN.keys() - {"step"}))
def test_no_form_holds_a_choice_of_all_rows(editor: Client, twenty_of_everything, name) -> None:
    """A select with an option for each row would be a page of megabytes; choosing by typing asks for what is typed."""
    for page in (address(name, "add"), address(name, "change", first_row(name).pk)):
        for select in editor.get(page).content.decode().split("<select")[1:]:
            if "-answers_" not in select.partition(">")[0]:  # those of one question, which its readers see, too
                assert select.split("</select>")[0].count("<option") < 20, (page, select[:200])


def test_an_operation_of_an_entry_is_looked_for_by_typing(editor: Client, crowd) -> None:
    crowd()
    found = editor.get(
        reverse("admin:autocomplete"),
        {"term": "o2", "app_label": "troubleshoot", "model_name": "errorentry", "field_name": "operation"},
    ).json()
    assert len(found["results"]) == 10
