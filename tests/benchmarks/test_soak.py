"""A short run of the upgrade: the release before and this one serve one portal side by side, and no reader notices."""

import pytest

from benchmarks import soak
from benchmarks.readers import Answer, Answers
from tests.tools import missing


@pytest.fixture
def history() -> None:
    try:
        soak.release_before()
    except SystemExit as error:
        if not (soak.PROJECT / ".git").exists() or soak.is_shallow():
            pytest.skip(str(error))
        missing("the history of git")


@pytest.mark.usefixtures("history")
def test_an_upgrade_costs_no_reader_a_page_a_file_or_an_answer():
    rows = list(soak.upgrade(share=0.1))
    assert [row for row in rows if row.failed or not row.tried] == []


def test_a_connection_that_broke_is_no_failure_only_just_after_a_kill():
    answers = Answers([Answer(10.0, 200, 0.1), Answer(11.0, 0, 0.1), Answer(20.0, 503, 0.1)])
    assert answers.failed() == 2
    assert answers.failed(kills=[10.5]) == 1
    assert answers.failed(kills=[12.0], allowed=(200, 503)) == 1
    assert str(answers) == "1 x broken, 1 x 200, 1 x 503; the slowest 0.10 s"
