import pytest

from troubleshoot.document.problems import DocumentError
from troubleshoot.document.translations import (
    Reason,
    Text,
    Twin,
    TwinProblem,
    english,
    path_for,
    problems,
    read_twins,
    write_twins,
)

TEXT = Text("errors/x/message", "다시 시도하세요.", 7)


def twins(korean=TEXT.korean, english="Try again.", *, fuzzy=False):
    return {TEXT.context: Twin(korean, english, 3, fuzzy)}


def test_a_twin_that_fits_has_no_problem():
    assert problems([TEXT], twins()) == []
    assert english(twins(), TEXT) == "Try again."


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({}, Reason.MISSING),
        (twins(english=" "), Reason.MISSING),
        (twins(korean="다시 하세요."), Reason.OUTDATED),
        (twins(fuzzy=True), Reason.OUTDATED),
        (twins(english="다시 again."), Reason.ALTERED),
        (twins(english="Try `again`."), Reason.ALTERED),
        (twins(english="Try [again](https://e.com)."), Reason.ALTERED),
    ],
)
def test_a_twin_that_does_not_fit_is_reported_with_the_line_of_its_korean(found, reason):
    assert problems([TEXT], found) == [TwinProblem("errors/x/message", reason, 7)]


@pytest.mark.parametrize("found", [{}, twins(korean="다시 하세요."), twins(fuzzy=True)])
def test_an_outdated_twin_is_not_shown(found):
    assert english(found, TEXT) == ""


def test_a_twin_of_no_text_is_reported_with_its_own_line():
    assert problems([], twins()) == [TwinProblem("errors/x/message", Reason.UNUSED, 3)]


def test_code_and_links_may_change_places_but_not_letters():
    korean = Text("c", "`a`와 <https://e.com>을 봅니다.\n\n```\nGet-VM\n```", 1)
    twin = "See <https://e.com> and `a`.\n\n```\nGet-VM\n```"
    assert problems([korean], {"c": Twin(korean.korean, twin, 1)}) == []
    assert problems([korean], {"c": Twin(korean.korean, twin.replace("Get", "get"), 1)}) != []


def test_what_is_written_is_read_again(tmp_path):
    texts = [TEXT, Text("b", '여러\n\n줄 "인용" \\ 끝', 2)]
    known = {**twins(), "b": Twin(texts[1].korean, 'Several\n\nlines "quoted" \\ end', 1)}
    path = tmp_path / "doc.en.po"
    path.write_text(write_twins(texts, known), encoding="utf-8")
    assert [english(read_twins(path), text) for text in texts] == [known[text.context].english for text in texts]


def test_updating_keeps_the_english_of_changed_korean_as_fuzzy(tmp_path):
    path = tmp_path / "doc.en.po"
    path.write_text(write_twins([TEXT], twins(korean="다시 하세요.")), encoding="utf-8")
    assert read_twins(path)[TEXT.context].english == "Try again."
    assert [problem.reason for problem in problems([TEXT], read_twins(path))] == [Reason.OUTDATED]


def test_no_file_means_no_twins(tmp_path):
    assert read_twins(path_for(tmp_path / "doc.md")) == {}


def test_a_broken_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / "doc.en.po"
    path.write_text('msgid "가"\nmsgstr "a"\noops\n', encoding="utf-8")
    with pytest.raises(DocumentError, match=r"doc\.en\.po:3: expected a PO file"):
        read_twins(path)
