"""The golden query set is complete, well formed, and held out by the rule it states."""

import csv
import json
from collections import defaultdict
from itertools import groupby
from operator import itemgetter

import pytest
from django.conf import settings

KINDS = (
    *("whole", "half", "keywords", "ending", "spacing", "synonym", "typo"),
    *("layout_ko", "layout_en", "english", "code", "pasted", "symptom"),
)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (settings.BASE_DIR / "benchmarks" / "golden.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def by_kind(rows) -> dict[str, list[dict[str, str]]]:
    return {kind: list(group) for kind, group in groupby(rows, key=itemgetter("kind"))}


@pytest.fixture(scope="module")
def entry_keys() -> set[str]:
    return {row["key"] for row in fixture("errors")}


@pytest.fixture(scope="module")
def step_keys() -> set[str]:
    return {f"{row['flow'][0]}/{row['key']}" for row in fixture("steps") if row["kind"] != "outcome"}


def fixture(name: str) -> list[dict]:
    rows = json.loads((settings.BASE_DIR / "fixtures" / f"{name}.json").read_text(encoding="utf-8"))
    return [row["fields"] for row in rows]


def expected(row) -> list[str]:
    return row["expected"].split(",")


def test_there_are_at_least_300_queries(rows):
    assert len(rows) >= 300


def test_every_row_has_exactly_the_columns(rows):
    assert all(list(row) == ["id", "kind", "held_out", "query", "expected"] for row in rows)
    assert all(value and value == value.strip() for row in rows for value in row.values())


def test_no_id_and_no_query_stands_twice(rows):
    for column in ("id", "query"):
        assert len({row[column] for row in rows}) == len(rows)


def test_kinds_follow_their_order_each_in_one_piece(rows):
    assert tuple(kind for kind, _ in groupby(rows, key=itemgetter("kind"))) == KINDS


def test_symptoms_are_asked_for_in_at_least_60_queries(by_kind):
    assert len(by_kind["symptom"]) >= 60


def test_every_kind_has_at_least_18_queries(by_kind):
    assert min(map(len, by_kind.values())) >= 18


def test_ids_count_within_the_kind(by_kind):
    for kind, group in by_kind.items():
        assert [row["id"] for row in group] == [f"{kind}-{number:02}" for number in range(1, len(group) + 1)]


def test_one_third_of_every_kind_is_held_out_by_the_rule(by_kind):
    for shift, group in enumerate(by_kind.values()):
        held_out = [row["held_out"] for row in group]
        assert held_out == [str(int((number + shift) % 3 == 2)) for number in range(len(group))]
        assert abs(held_out.count("1") - len(group) / 3) <= 1


def test_every_expected_entry_or_step_exists_and_none_is_named_twice(rows, entry_keys, step_keys):
    for row in rows:
        known = entry_keys | step_keys if row["kind"] == "symptom" else entry_keys
        assert set(expected(row)) <= known, row["id"]
        assert len(set(expected(row))) == len(expected(row)), row["id"]


def test_every_entry_is_asked_for_in_at_least_eight_kinds(rows, entry_keys):
    kinds = defaultdict(set)
    for row in rows:
        for key in expected(row):
            kinds[key].add(row["kind"])
    assert {key for key in entry_keys if len(kinds[key]) < 8} == set()
