"""Tests of contents: what is read from rows is what they have again when it is given to them."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flows import make_flow
from troubleshoot.editing import revisions
from troubleshoot.editing.revisions.contents import digest as contents_digest
from troubleshoot.models import ErrorEntry, FlowLink, Operation, Resolution, Section, SynonymGroup, Verdict

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=30)
FILLED = TEXT.filter(str.strip)
RESOLUTION = st.fixed_dictionaries(
    {
        "origin": st.sampled_from(["document", "message", "editor"]),
        "condition_ko": TEXT,
        "condition_en": TEXT,
        "body_ko": FILLED,
        "body_en": TEXT,
        "note_ko": TEXT,
        "note_en": TEXT,
        "staff_only": st.booleans(),
        "translated_from": st.dictionaries(st.sampled_from(["body", "condition"]), st.just("0123456789abcdef")),
    }
)
ALIAS = st.fixed_dictionaries({"kind": st.sampled_from(["code", "message"]), "text_ko": FILLED, "text_en": TEXT})


@st.composite
def contents(draw) -> dict:
    """What a page of an entry might say."""
    resolutions = draw(st.lists(RESOLUTION, max_size=5))
    orders = draw(st.lists(st.integers(1, 9), min_size=len(resolutions), max_size=len(resolutions), unique=True))
    aliases = draw(st.lists(ALIAS, max_size=4, unique_by=lambda alias: alias["text_ko"]))
    texts = {
        f"{name}_{language}": draw(TEXT) for name in ("cause", "lead", "outdated_note") for language in ("ko", "en")
    }
    return texts | {
        "model": "troubleshoot.errorentry",
        "key": "agent",
        "message_ko": draw(FILLED),
        "message_en": draw(TEXT),
        "operation": "backup",
        "order": draw(st.integers(1, 9)),
        "staff_only": draw(st.booleans()),
        "is_outdated": draw(st.booleans()),
        "successor": None,
        "translated_from": draw(st.dictionaries(st.sampled_from(["message", "cause"]), st.just("0123456789abcdef"))),
        "aliases": sorted(
            (alias | {"translated_from": {}} for alias in aliases), key=lambda alias: (alias["kind"], alias["text_ko"])
        ),
        "resolutions": [
            row | {"order": order} for order, row in sorted(zip(orders, resolutions, strict=True), key=str)
        ],
    }


@given(before=contents(), after=contents())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_content_that_was_given_is_the_content(entry: ErrorEntry, before: dict, after: dict) -> None:
    for content in (before, after):
        content["resolutions"].sort(key=lambda row: row["order"])
        revisions.apply(entry, content)
        assert revisions.content_of(ErrorEntry.objects.get(pk=entry.pk)) == content
        assert json.loads(json.dumps(content)) == content


def test_line_ends_make_no_difference(entry: ErrorEntry) -> None:
    entry.cause_ko = "하나\n둘"
    before = revisions.digest_of(entry)
    entry.cause_ko = "하나\r\n둘"
    assert revisions.digest_of(entry) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: ErrorEntry.objects.filter(pk=entry.pk).update(staff_only=True),
        lambda entry: ErrorEntry.objects.filter(pk=entry.pk).update(is_outdated=True),
        lambda entry: ErrorEntry.objects.filter(pk=entry.pk).update(successor=entry),
        lambda entry: entry.resolutions.filter(order=1).update(note_ko="오타입니다."),
        lambda entry: entry.aliases.update(kind="message"),
        lambda entry: entry.aliases.all().delete(),
        lambda entry: entry.resolutions.filter(order=2).update(body_en="Again."),
        lambda entry: entry.resolutions.filter(order=1).update(staff_only=True),
    ],
)
def test_whatever_is_edited_on_the_page_changes_the_digest(entry: ErrorEntry, change) -> None:
    before = revisions.digest_of(entry)
    change(entry)
    assert revisions.digest_of(ErrorEntry.objects.get(pk=entry.pk)) != before


def test_a_content_from_before_a_column_is_still_the_same_while_that_is_empty(entry: ErrorEntry) -> None:
    content = revisions.content_of(entry)
    younger = ("is_outdated", "outdated_note_ko", "outdated_note_en", "successor")
    older = {name: value for name, value in content.items() if name not in younger}
    older["resolutions"] = [
        {name: value for name, value in row.items() if not name.startswith("note_")} for row in content["resolutions"]
    ]
    assert contents_digest(older) == contents_digest(content)


def test_state_and_key_are_no_content(entry: ErrorEntry) -> None:
    before = revisions.digest_of(entry)
    entry.state, entry.key = "archived", "other"
    assert revisions.digest_of(entry) == before


def test_resolutions_that_stay_keep_their_answers_from_readers(entry: ErrorEntry) -> None:
    first, second = entry.resolutions.order_by("order")
    Verdict.objects.create(kind="error", key="agent", solved=True, resolution=second)
    content = revisions.content_of(entry)
    one, two = content["resolutions"]
    content["resolutions"] = [two | {"order": 1, "body_ko": "VM을 다시 시작합니다."}, one | {"order": 2}]
    revisions.apply(entry, content)
    assert [row.pk for row in entry.resolutions.order_by("order")] == [second.pk, first.pk]
    assert Verdict.objects.get().resolution == second


def test_a_resolution_that_says_something_else_is_another_one(entry: ErrorEntry) -> None:
    gone = entry.resolutions.get(order=1)
    content = revisions.content_of(entry)
    content["resolutions"] = [content["resolutions"][1] | {"order": 1}]
    revisions.apply(entry, content)
    assert not Resolution.objects.filter(pk=gone.pk).exists()
    assert entry.resolutions.get().body_ko == "다시 시작합니다."


def test_what_english_is_outdated_stays_known(entry: ErrorEntry) -> None:
    assert entry.resolutions.get(order=1).outdated_translations() == ["body"]
    content = revisions.content_of(entry)
    entry.resolutions.all().delete()
    revisions.apply(entry, content)
    assert entry.resolutions.get(order=1).outdated_translations() == ["body"]
    assert entry.resolutions.get(order=2).outdated_translations() == []


def test_a_place_that_is_taken_becomes_the_last(entry: ErrorEntry, operation: Operation) -> None:
    content = revisions.content_of(entry)
    ErrorEntry.objects.filter(pk=entry.pk).update(order=7)
    ErrorEntry.objects.create(key="other", operation=operation, order=1, message_ko="다른 오류")
    revisions.apply(ErrorEntry.objects.get(pk=entry.pk), content)
    assert ErrorEntry.objects.get(pk=entry.pk).order == 2


def test_a_wizard_has_its_steps_choices_and_links_back(entry: ErrorEntry) -> None:
    flow = make_flow()
    FlowLink.objects.create(entry=entry, flow=flow, answers="os=windows")
    content = revisions.content_of(flow)
    kept = flow.steps.get(key="os")
    flow.steps.exclude(key="os").delete()
    flow.entry_links.all().delete()
    kept.choices.filter(key="linux").delete()
    revisions.apply(flow, content)
    assert revisions.content_of(flow) == content
    assert flow.steps.get(key="os") == kept
    assert kept.choices.get(key="linux").target.key == "install"


def test_steps_that_change_places_keep_their_keys() -> None:
    flow = make_flow()
    content = revisions.content_of(flow)
    content["steps"][3]["order"], content["steps"][4]["order"] = 5, 4
    revisions.apply(flow, content)
    assert [step.key for step in flow.steps.order_by("order")][3:] == ["support", "done"]


def test_a_link_to_an_entry_that_is_gone_is_left_out(entry: ErrorEntry) -> None:
    flow = make_flow()
    FlowLink.objects.create(entry=entry, flow=flow)
    content = revisions.content_of(flow)
    entry.delete()
    revisions.apply(flow, content)
    assert not flow.entry_links.exists()


def test_every_page_has_a_content(entry: ErrorEntry) -> None:
    section = Section.objects.get()
    rows = (entry.operation, section, section.document, SynonymGroup.objects.create(key="vm", terms="VM\n가상 머신"))
    for row in rows:
        content = revisions.content_of(row)
        revisions.apply(row, json.loads(json.dumps(content)))
        assert revisions.content_of(type(row).objects.get(pk=row.pk)) == content


def test_a_proposal_may_have_the_number_of_its_entry_and_gets_the_next_without_one(entry: ErrorEntry) -> None:
    proposal = ErrorEntry(
        key="proposal-of-1", operation=entry.operation, proposal_for=entry, state="draft", message_ko="둘"
    )
    revisions.apply(proposal, {"order": entry.order})
    assert proposal.order == entry.order
    revisions.apply(proposal, {"order": None})
    assert proposal.order == entry.order + 1
