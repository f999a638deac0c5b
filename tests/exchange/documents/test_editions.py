"""Which errors of a document are those of its last edition, and which translate which."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.exchange.documents import editions
from troubleshoot.exchange.documents.editions import Told, same, twins


def told(message: str, *codes: str, place: str = "백업") -> Told:
    return Told(message, message, frozenset(codes), place)


FULL, AGENT, DENIED = (
    told("디스크가 가득 찼습니다."),
    told("에이전트가 없습니다.", "E1"),
    told("거부되었습니다.", "E2", "E3"),
)


@pytest.mark.parametrize(
    ("read", "found"),
    [
        pytest.param([FULL, AGENT, DENIED], [0, 1, 2], id="the same"),
        pytest.param([DENIED, FULL], [2, 0], id="in another order, one gone"),
        pytest.param([told("에이전트를 찾지 못했습니다", "E1")], [1], id="by its code, whatever it says now"),
        pytest.param([told("거부되었습니다.", "E3", "E4")], [2], id="by one of its codes"),
        pytest.param([told("디스크가 가득찼습니다", place="복원")], [0], id="the same text elsewhere"),
        pytest.param([told("디스크가 꽉 찼습니다.")], [0], id="nearly the same text"),
        pytest.param([told("정책을 만들지 못했습니다.")], [None], id="another text"),
        pytest.param([told("에이전트가 없었습니다.", "E9")], [None], id="much the same text of another code"),
        pytest.param([told("에이전트가 없습니다.", "E9")], [1], id="a text that nothing else has, of a new code"),
        pytest.param([told("디스크가 가득 찼습니다.", place="복원"), FULL], [None, 0], id="the one in its place"),
    ],
)
def test_an_error_is_known_again(read: Sequence[Told], found: list[int | None]) -> None:
    assert same([FULL, AGENT, DENIED], read) == found


def test_errors_that_say_the_same_are_told_apart_by_their_order() -> None:
    known = [told("실패했습니다."), told("실패했습니다.")]
    assert same(known, [*known, told("실패했습니다.")]) == [0, 1, None]


@given(st.lists(st.builds(told, st.sampled_from("가나다라"), st.sampled_from(["", "E1", "E2"]))), st.randoms())
def test_a_document_is_known_whole_in_any_order(errors: list[Told], chance) -> None:
    shuffled = errors.copy()
    chance.shuffle(shuffled)
    found = same(errors, shuffled)
    assert sorted(place for place in found if place is not None) == list(range(len(errors)))
    assert [errors[place] for place in found if place is not None] == shuffled


def test_in_a_long_document_that_was_reworded_throughout_an_error_is_compared_with_those_near_it(monkeypatch) -> None:
    compared = []
    monkeypatch.setattr(editions, "_MOST_PAIRS", 100)
    monkeypatch.setattr(editions, "_NEIGHBOURHOOD", 5)
    monkeypatch.setattr(editions.fuzz, "ratio", lambda one, other, score_cutoff: compared.append((one, other)) or 0)
    same([told(f"오류 {number}") for number in range(50)], [told(f"장애 {number}") for number in range(50)])
    assert len(compared) <= 2 * 50 * 10


AGENT_EN, FULL_EN, DENIED_EN = told("No agent", "E1"), told("Disk full"), told("Denied", "E2")


@pytest.mark.parametrize(
    ("read", "found"),
    [
        pytest.param([FULL_EN, AGENT_EN, DENIED_EN], [(0, False), (1, True), (2, True)], id="one by its place alone"),
        pytest.param([AGENT_EN, DENIED_EN], [(1, True), (2, True)], id="by their codes"),
        pytest.param([FULL_EN, told("Extra"), AGENT_EN], [None, None, (1, True)], id="of two, no place says which"),
        pytest.param([DENIED_EN, AGENT_EN], [(2, True), (1, True)], id="in another order"),
    ],
)
def test_a_translation_is_known_by_its_code_and_else_by_its_place(read, found) -> None:
    assert twins([FULL, AGENT, DENIED], read) == found


def test_where_one_operation_has_more_errors_the_others_are_still_told() -> None:
    known = [told("가", place="1"), told("나", place="2"), told("다", place="2")]
    read = [told("A", place="x"), told("A2", place="x"), told("B", place="y"), told("C", place="y")]
    assert twins(known, read) == [None, None, (1, False), (2, False)]
