"""What is read of the corpus, against what each of its documents was judged by hand to hold."""

import pytest

from benchmarks import articles
from benchmarks.articles import LEAST_FOUND, MOST_INVENTED, Judgement, expectations, judge, measured
from troubleshoot.document.dataset import Entry


def entry(line, message, *codes, title=""):
    return Entry("k", "o", message, (), "", "", (), line, title=title, codes=codes)


def expected(line, words, *codes, is_doubtful=False):
    return articles.Expected("a.md", "open", line, codes, words, is_doubtful)


@pytest.mark.skipif(not articles.CORPUS.is_dir(), reason="the corpus is not beside the project")
@pytest.mark.parametrize("half", ["open", "held"])
def test_nearly_all_errors_of_the_corpus_are_found_and_hardly_any_is_invented(half):
    whole = Judgement()
    names = []
    for name, judgement in measured(articles.CORPUS, half):
        names.append(name)
        whole += judgement
    assert sorted(names) == sorted(expectations(half))
    assert whole.found >= LEAST_FOUND
    assert whole.share_invented < MOST_INVENTED


def test_every_document_is_judged_and_half_of_them_was_set_aside():
    assert (len(expectations("open")), len(expectations("held")), len(expectations())) == (28, 27, 55)


def test_an_error_is_found_by_its_code_or_by_its_first_words():
    rows = [expected(3, "", "0x1"), expected(9, "VM을 시작할"), expected(20, "서버가")]
    entries = [entry(30, "가", "0x1"), entry(8, "**VM을** 시작할 수 없음"), entry(40, "나", title="서버가 없음")]
    judgement = judge("a.md", rows, entries)
    assert (judgement.found, judgement.share_invented) == (1, 0)


def test_the_same_words_far_away_count_only_where_they_stand_once():
    entries = [entry(30, "서버가 없음"), entry(40, "서버가 느림")]
    judgement = judge("a.md", [expected(3, "서버가")], entries)
    assert (len(judgement.missed), len(judgement.invented)) == (1, 2)


def test_an_entry_stands_for_one_error_and_what_is_doubtful_counts_for_nothing():
    rows = [expected(3, "", "0x1"), expected(4, "", "0x1"), expected(5, "가", is_doubtful=True)]
    judgement = judge("a.md", rows, [entry(3, "다", "0x1"), entry(5, "가")])
    assert (judgement.expected, len(judgement.missed), judgement.invented) == (2, 1, [])
