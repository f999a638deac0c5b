import pytest

from troubleshoot.document.plan import read_plan
from troubleshoot.document.problems import DocumentError

DOCUMENT = '[document]\nkey = "k"\npublished_at = "https://e.com/"\n'


def plan(tmp_path, text):
    path = tmp_path / "doc.toml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def test_titles_lead_to_keys(tmp_path):
    assert plan(tmp_path, DOCUMENT + '[operations]\nbackup = "백업"\n').operations == {"백업": "backup"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[document\n", r":1: expected TOML"),
        ('[document]\nkey = "a"\nkey = "b"\n', r":3: expected TOML"),
        ("", r":1: expected key and published_at in \[document\]"),
        (DOCUMENT + "[errors]\na = 1\n", r"expected \[errors\] to hold only text in quotes"),
        ('errors = "a"\n' + DOCUMENT, r":1: expected \[errors\] to hold only text in quotes"),
        (DOCUMENT + '[errors]\nBad_Key = "가"\n', r":5: expected a key of a-z, 0-9 and hyphens, not Bad_Key"),
        (DOCUMENT + '[errors]\na = "가"\nb = "가"\n', r":6: expected one key for 가; a has it"),
    ],
)
def test_a_plan_with_a_mistake_is_refused_with_its_line(tmp_path, text, problem):
    with pytest.raises(DocumentError, match=problem):
        plan(tmp_path, text)
