"""What customers say leads to the step that asks about it, and is evidence of nothing."""

from dataclasses import replace

import pytest

from troubleshoot.search.core.corpus import SearchDocument
from troubleshoot.search.core.finder import SearchRequest, find
from troubleshoot.search.core.lexicon import Lexicon
from troubleshoot.search.core.ranking import Texts
from troubleshoot.search.index.store import SearchIndex, Snapshot, Stamp

SYMPTOM = "My job status is gone"
PRINTED = "The snapshot operation failed because the agent is not responding"


def gone(*symptoms: str) -> SearchDocument:
    titles = ("The virtual machine no longer exists.",)
    return SearchDocument("error", "vm-gone", "backup", titles, body="status of the job", symptoms=symptoms)


def step(*symptoms: str) -> SearchDocument:
    return SearchDocument("wizard", "network/symptom", "", ("어떤 증상이 나타나나요?",), body="백업", symptoms=symptoms)


def indexed(*documents: SearchDocument) -> Snapshot:
    index = SearchIndex()
    with index.writing() as batch:
        for document in documents:
            batch.add(document)
        batch.commit(Stamp("test", 1))
    return index.snapshot()


def search(text: str, *documents: SearchDocument):
    return find(indexed(*documents), Texts(Lexicon()), SearchRequest(text))


ENTRY = gone()


@pytest.mark.parametrize("said", [SYMPTOM, "job status gone", "the status of my job is gone"])
def test_what_customers_say_finds_the_step_that_asks_about_it(said):
    assert search(said, step(SYMPTOM), ENTRY).hits[0].key == "network/symptom"


def test_without_the_symptom_it_does_not():
    assert [hit.key for hit in search(SYMPTOM, step(), ENTRY).hits] != ["network/symptom"]


def test_a_complaint_that_says_much_more_is_about_something_else():
    found = search("The virtual machine no longer exists and its status is gone", step(SYMPTOM), ENTRY)

    assert found.hits[0].key == "vm-gone"


def test_a_printed_error_that_a_symptom_repeats_leads_to_its_step_and_is_not_documented_by_it():
    found = search(PRINTED, step(PRINTED), ENTRY)

    assert (found.hits[0].key, found.answer) == ("network/symptom", "related")


def test_a_code_in_a_symptom_is_no_code_that_somebody_documented():
    found = search("UserErrorSnapshotFailed", step("I see UserErrorSnapshotFailed"), ENTRY)

    assert (found.answer, found.unknown) == ("undocumented", ("UserErrorSnapshotFailed",))


def test_an_entry_is_found_by_a_symptom_of_its_own_which_documents_nothing():
    said = "I still get alerts for a server I removed"

    found = search(said, step(SYMPTOM), gone(said))

    assert (found.hits[0].key, found.answer) == ("vm-gone", "related")
    assert not search(said, step(SYMPTOM), ENTRY).hits


def test_most_of_what_is_said_must_be_an_entrys_symptom_but_a_part_of_a_steps():
    said, symptom = "server alerts printer desk", "I still get alerts for a server"

    assert not search(said, gone(symptom)).hits
    assert search(said, step(symptom)).hits


def test_what_the_other_symptoms_of_a_step_say_counts_beside_the_one_that_is_meant():
    one, other = step("The job hangs", "The disk is slow"), gone("The job hangs")

    assert search("job hangs, slow disk", one, other).hits[0].key == "network/symptom"


def test_who_complains_in_the_same_words_about_something_else_is_not_led_by_them():
    """Beside words that both have, the policy is what the query is about; where no document names one, nobody is."""
    policy = replace(gone(), key="policy", titles=("The policy is not created.",))
    jobs = step("The job is never created when I press save")
    said = "the policy is never created when I press save"

    assert search(said, jobs, ENTRY).hits[0].score > search(said, jobs, policy).hits[-1].score
    assert search(said, jobs, policy).hits[0].key == "policy"


def test_a_printed_error_is_rather_the_error_than_a_symptom_in_other_words():
    found = search("The virtual machine no longer exists.", step("the virtual machine no longer exists here"), ENTRY)

    assert (found.hits[0].key, found.answer) == ("vm-gone", "documented")


def test_within_a_document_a_symptom_says_what_it_does_where_nothing_else_is():
    """Most documents of a portal have no symptoms: measured against their mean, whatever has some would be long."""
    own = replace(step(SYMPTOM, "The backup never ends"), document="guide")
    others = [SearchDocument("error", f"e-{number}", "x", ("Disk is full",), document="o") for number in range(50)]
    asked = [("status", 1.0), ("gone", 1.0)]

    alone = indexed(own).within({"document": "guide"}).candidates(asked, limit=5, symptoms=True)
    beside = indexed(own, *others).within({"document": "guide"}).candidates(asked, limit=5, symptoms=True)

    assert [candidate.score for candidate in alone] == [candidate.score for candidate in beside] != []


def test_a_hit_names_the_symptom_that_is_meant_and_none_where_its_title_is():
    meant = step("복원이 안 돼요", SYMPTOM)

    (by_symptom,) = search(SYMPTOM, meant).hits
    (by_title,) = search("어떤 증상이 나타나나요", meant).hits

    assert (by_symptom.symptom, by_title.symptom) == (SYMPTOM, "")
