"""Loading fixtures: the database becomes level with them, and what was edited here stays."""

import json

import pytest

from troubleshoot.exchange.fixtures import FixtureError
from troubleshoot.exchange.loading import Action, Known, decide, load
from troubleshoot.models import (
    ErrorAlias,
    ErrorEntry,
    FixtureRecord,
    FixtureRelease,
    Operation,
    Resolution,
    SynonymGroup,
)

pytestmark = pytest.mark.django_db

OPERATION = {
    "model": "troubleshoot.operation",
    "fields": {"key": "backup", "title_ko": "백업", "title_en": "Back up", "order": 1},
}


def error(key, order=1, message="확장 설치가 실패했습니다.", **fields):
    return {
        "model": "troubleshoot.errorentry",
        "fields": {"key": key, "operation": ["backup"], "order": order, "message_ko": message, **fields},
    }


def resolution(entry, order=1, body="다시 시도하세요."):
    return {
        "model": "troubleshoot.resolution",
        "fields": {"entry": [entry], "order": order, "origin": "document", "body_ko": body},
    }


@pytest.fixture
def fixtures(tmp_path):
    """Write fixture files and load them: ``fixtures(errors=[…])``; files that are not named stay as they were."""

    def write_and_load(*, force=False, release=None, **files):
        if release is not None:
            (tmp_path / "release.toml").write_text(f'number = {release}\ndigest = ""\n', encoding="utf-8")
        for name, rows in {"operations": [OPERATION], **files}.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(rows), encoding="utf-8")
        return load(tmp_path, force=force)

    write_and_load.folder = tmp_path
    return write_and_load


def test_rows_of_the_fixtures_are_created(fixtures):
    report = fixtures(errors=[error("extension")], resolutions=[resolution("extension")])
    assert len(report.created) == 3
    assert Resolution.objects.get().entry.key == "extension"


def test_a_second_load_changes_nothing(fixtures):
    fixtures(errors=[error("extension")])
    report = fixtures(errors=[error("extension")])
    assert report.changed == 0
    assert len(report.unchanged) == 2


def test_a_changed_fixture_updates_its_row(fixtures):
    fixtures(errors=[error("extension")])
    fixtures(errors=[error("extension", message="서브넷이 없습니다.")])
    assert ErrorEntry.objects.get().message_ko == "서브넷이 없습니다."


def test_an_edited_row_is_kept(fixtures):
    fixtures(errors=[error("extension")])
    row = ErrorEntry.objects.get()
    row.message_ko = "관리자가 고친 문장입니다."
    row.save()
    report = fixtures(errors=[error("extension", message="새 문장입니다.")])
    assert ErrorEntry.objects.get().message_ko == "관리자가 고친 문장입니다."
    assert report.kept == ['errorentry ["extension"]']


def test_an_edited_entry_takes_the_documents_own_words_where_it_has_none(fixtures):
    fixtures(errors=[error("extension")])
    row = ErrorEntry.objects.get()
    row.message_ko = "관리자가 고친 문장입니다."
    row.save()

    own = {"original_ko": "문서의 해결 방법입니다.", "original_message_ko": "확장 설치가 실패했습니다."}
    report = fixtures(errors=[error("extension", **own)])

    row = ErrorEntry.objects.get()
    assert report.kept == ['errorentry ["extension"]']
    assert row.message_ko == "관리자가 고친 문장입니다."
    assert (row.original_ko, row.original_message_ko) == tuple(own.values())


def test_an_edited_row_is_overwritten_by_force(fixtures):
    fixtures(errors=[error("extension")])
    row = ErrorEntry.objects.get()
    row.message_ko = "관리자가 고친 문장입니다."
    row.save()
    fixtures(errors=[error("extension")], force=True)
    assert ErrorEntry.objects.get().message_ko == "확장 설치가 실패했습니다."


def test_a_deleted_row_stays_deleted_unless_forced(fixtures):
    rows = {"errors": [error("extension")]}
    fixtures(**rows)
    ErrorEntry.objects.all().delete()
    fixtures(**rows)
    assert not ErrorEntry.objects.exists()
    fixtures(force=True, **rows)
    assert ErrorEntry.objects.exists()


def test_a_row_made_here_under_the_same_key_is_kept(fixtures):
    fixtures(errors=[])
    ErrorEntry.objects.create(
        key="extension", operation=Operation.objects.get(), order=1, message_ko="먼저 있었습니다."
    )
    fixtures(errors=[error("extension")])
    assert ErrorEntry.objects.get().message_ko == "먼저 있었습니다."


def test_a_row_that_left_the_fixtures_is_removed(fixtures):
    fixtures(errors=[error("extension"), error("subnet", 2)])
    report = fixtures(errors=[error("extension")])
    assert report.removed == ['errorentry ["subnet"]']
    assert ErrorEntry.objects.get().key == "extension"


def test_a_row_that_left_the_fixtures_but_was_edited_here_is_kept(fixtures):
    fixtures(errors=[error("extension")])
    row = ErrorEntry.objects.get()
    row.message_ko = "관리자가 고친 문장입니다."
    row.save()
    fixtures(errors=[])
    assert ErrorEntry.objects.exists()


def test_rows_can_exchange_their_places(fixtures):
    fixtures(errors=[error("extension", 1), error("subnet", 2)])
    fixtures(errors=[error("subnet", 1), error("extension", 2)])
    assert list(ErrorEntry.objects.order_by("order").values_list("key", "order")) == [("subnet", 1), ("extension", 2)]


def test_a_row_made_here_gives_its_place_up_and_goes_to_the_end(fixtures):
    fixtures(errors=[])
    ErrorEntry.objects.create(key="ours", operation=Operation.objects.get(), order=1, message_ko="여기서 썼습니다.")
    fixtures(errors=[error("extension", 1), error("subnet", 2)])
    assert list(ErrorEntry.objects.order_by("order").values_list("key", "order")) == [
        ("extension", 1),
        ("subnet", 2),
        ("ours", 3),
    ]


def test_a_changed_synonym_group_is_updated(fixtures):
    group = {"model": "troubleshoot.synonymgroup", "fields": {"key": "vm", "terms": "VM\n가상 머신", "note": ""}}
    fixtures(synonyms=[group])
    fixtures(synonyms=[{**group, "fields": {**group["fields"], "terms": "VM\n가상 컴퓨터"}}])
    assert SynonymGroup.objects.get().term_list == ["VM", "가상 컴퓨터"]


def test_a_code_of_an_entry_is_loaded(fixtures):
    code = {
        "model": "troubleshoot.erroralias",
        "fields": {"entry": ["extension"], "kind": "code", "text_ko": "320001", "text_en": "320001"},
    }
    fixtures(errors=[error("extension")], codes=[code])
    assert ErrorAlias.objects.get().natural_key() == ("extension", "320001")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([error("extension", message="")], "errors.json, row 1"),
        ([error("extension"), error("subnet", 2, operation=["unknown"])], "errors.json, row 2"),
        ([error("extension", unknown_field="x")], "errors.json, row 1"),
        ([{"fields": {}}], "expected an object with model and fields"),
        ([{"model": "troubleshoot.nothing", "fields": {}}], "errors.json, row 1"),
    ],
)
def test_a_bad_row_stops_the_load_by_name_and_leaves_the_database_as_it_was(fixtures, rows, said):
    with pytest.raises(FixtureError, match=said):
        fixtures(errors=rows)
    assert not Operation.objects.exists()
    assert not FixtureRecord.objects.exists()


def test_a_file_that_is_no_json_is_named(fixtures):
    (fixtures.folder / "errors.json").write_text("{", encoding="utf-8")
    with pytest.raises(FixtureError, match=r"errors\.json"):
        fixtures()


HIDDEN = [{"staff_only": True}, {"state": "archived"}, {"state": "draft"}]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_was_hidden_here_stays_hidden_and_counts_as_edited(fixtures, hidden):
    fixtures(errors=[error("extension")])
    ErrorEntry.objects.update(**hidden)
    report = fixtures(errors=[error("extension", message="새 문장입니다.")])
    assert report.kept == ['errorentry ["extension"]']
    assert ErrorEntry.objects.filter(message_ko="확장 설치가 실패했습니다.", **hidden).exists()


@pytest.mark.parametrize("hidden", HIDDEN)
def test_force_brings_the_new_text_and_leaves_hidden_what_is_hidden(fixtures, hidden):
    fixtures(errors=[error("extension")])
    ErrorEntry.objects.update(**hidden)
    fixtures(errors=[error("extension", message="새 문장입니다.")], force=True)
    assert ErrorEntry.objects.filter(message_ko="새 문장입니다.", **hidden).exists()


def test_a_successor_that_was_given_here_stays(fixtures):
    rows = [error("extension"), error("subnet", 2)]
    fixtures(errors=rows)
    ErrorEntry.objects.filter(key="extension").update(successor=ErrorEntry.objects.get(key="subnet"))
    for force in (False, True):
        fixtures(errors=[error("extension", message="새 문장입니다."), rows[1]], force=force)
        row = ErrorEntry.objects.get(key="extension")
        assert (row.successor.key, row.message_ko == "새 문장입니다.") == ("subnet", force)


def test_a_resolution_for_staff_is_not_shown_by_a_new_text(fixtures):
    fixtures(errors=[error("extension")], resolutions=[resolution("extension")])
    Resolution.objects.update(staff_only=True)
    for force in (False, True):
        fixtures(resolutions=[resolution("extension", body="다른 방법입니다.")], force=force)
        row = Resolution.objects.get()
        assert (row.staff_only, row.body_ko == "다른 방법입니다.") == (True, force)


def test_what_was_hidden_here_outlives_its_fixture(fixtures):
    fixtures(errors=[error("extension")])
    ErrorEntry.objects.update(state="archived")
    assert fixtures(errors=[]).kept == ['errorentry ["extension"]']
    assert ErrorEntry.objects.get().state == "archived"


def test_a_fixture_that_names_what_is_hidden_decides_it(fixtures):
    fixtures(errors=[error("extension", staff_only=True)])
    fixtures(errors=[error("extension", staff_only=False)])
    assert not ErrorEntry.objects.get().staff_only


def test_fields_that_a_changed_fixture_does_not_name_stay_as_they_are(fixtures):
    fixtures(errors=[error("extension")])
    ErrorEntry.objects.update(cause_ko="여기서 쓴 원인", reviewed=None)
    fixtures(errors=[error("extension", message="새 문장입니다.")])
    row = ErrorEntry.objects.get()
    assert (row.message_ko, row.cause_ko, row.reviewed) == ("새 문장입니다.", "여기서 쓴 원인", None)


def test_an_english_text_of_a_fixture_is_that_of_its_korean(fixtures):
    fixtures(errors=[error("extension", message_en="Failed.")])
    fixtures(errors=[error("extension", message="새 문장입니다.", message_en="Failed.")])
    assert ErrorEntry.objects.get().outdated_translations() == []


def former(key, entry):
    return {"model": "troubleshoot.formerkey", "fields": {"key": key, "entry": [entry]}}


def test_a_row_that_vanished_is_removed_even_if_another_takes_its_place(fixtures):
    fixtures(errors=[error("extension", 1)])
    report = fixtures(errors=[error("subnet", 1)])
    assert report.removed == ['errorentry ["extension"]']
    assert list(ErrorEntry.objects.values_list("key", "order")) == [("subnet", 1)]


def test_an_edited_row_outlives_its_fixture_even_if_another_takes_its_place(fixtures):
    fixtures(errors=[error("extension", 1)])
    ErrorEntry.objects.update(message_ko="관리자가 고친 문장입니다.")
    assert fixtures(errors=[error("subnet", 1)]).kept == ['errorentry ["extension"]']


def test_an_entry_that_was_renamed_elsewhere_is_renamed_here(fixtures):
    fixtures(errors=[error("extension")], resolutions=[resolution("extension")])
    before = ErrorEntry.objects.get().pk, Resolution.objects.get().pk
    report = fixtures(
        errors=[error("agent", message="새 문장입니다.")],
        resolutions=[resolution("agent", body="새 방법입니다.")],
        former_keys=[former("extension", "agent")],
    )
    row = ErrorEntry.objects.get()
    assert (row.key, row.message_ko, row.order) == ("agent", "새 문장입니다.", 1)
    assert (row.pk, Resolution.objects.get().pk) == before
    assert Resolution.objects.get().body_ko == "새 방법입니다."
    assert [found.key for found in row.former_keys.all()] == ["extension"]
    assert (report.kept, report.removed) == ([], [])


def test_an_entry_that_was_edited_here_is_renamed_and_keeps_its_text(fixtures):
    fixtures(errors=[error("extension")])
    ErrorEntry.objects.update(message_ko="관리자가 고친 문장입니다.")
    fixtures(errors=[error("agent")], former_keys=[former("extension", "agent")])
    row = ErrorEntry.objects.get()
    assert (row.key, row.message_ko) == ("agent", "관리자가 고친 문장입니다.")


NEWER = [error("extension", message="새 문장입니다."), error("subnet", 2)]
OLDER = [error("extension"), error("agent", 3)]


def test_an_older_release_that_starts_beside_a_newer_one_takes_nothing_back(fixtures):
    fixtures(release=1, errors=OLDER)
    fixtures(release=2, errors=NEWER)
    before = list(ErrorEntry.objects.values()), list(FixtureRecord.objects.values())
    report = fixtures(release=1, errors=OLDER)
    assert (report.release, report.newer, report.changed) == (1, 2, 0)
    assert (list(ErrorEntry.objects.values()), list(FixtureRecord.objects.values())) == before


def test_a_newer_release_goes_on_where_an_older_one_stopped(fixtures):
    fixtures(release=2, errors=NEWER)
    fixtures(release=1, errors=OLDER)
    report = fixtures(release=3, errors=[error("subnet", 2)])
    assert (report.newer, report.removed) == (None, ['errorentry ["extension"]'])


def test_the_same_release_is_loaded_again(fixtures):
    fixtures(release=2, errors=NEWER)
    assert fixtures(release=2, errors=[*NEWER, error("agent", 3)]).created == ['errorentry ["agent"]']


def test_an_older_release_is_loaded_by_force_and_is_the_newest_from_then_on(fixtures):
    fixtures(release=2, errors=NEWER)
    fixtures(release=1, errors=OLDER, force=True)
    assert ErrorEntry.objects.get(key="extension").message_ko == "확장 설치가 실패했습니다."
    assert fixtures(release=1, errors=OLDER).newer is None
    assert fixtures(release=2, errors=NEWER).updated == ['errorentry ["extension"]']


def test_fixtures_without_a_release_are_loaded_whatever_was_there_and_are_no_release(fixtures):
    fixtures(release=2, errors=NEWER)
    (fixtures.folder / "release.toml").unlink()
    assert fixtures(errors=[*NEWER, error("agent", 3)]).changed == 1
    assert fixtures(release=1, errors=OLDER).newer == 2


def test_a_load_that_fails_leaves_its_release_unknown(fixtures):
    with pytest.raises(FixtureError):
        fixtures(release=5, errors=[error("extension", message="")])
    assert FixtureRelease.objects.newest() is None


@pytest.mark.parametrize("text", ["number", 'number = "1"\ndigest = ""', "number = true", "number = 1", ""])
def test_a_release_file_that_says_no_release_is_named(fixtures, text):
    (fixtures.folder / "release.toml").write_text(text)
    with pytest.raises(FixtureError, match=r"release\.toml"):
        fixtures()


def test_a_load_of_what_is_there_takes_as_many_queries_for_twenty_rows_as_for_ten(fixtures, count_queries):
    rows = [error(f"entry-{order}", order) for order in range(1, 21)]
    fixtures(errors=rows[:10])
    ten = count_queries(lambda: fixtures(errors=rows[:10]))
    fixtures(errors=rows)
    assert count_queries(lambda: fixtures(errors=rows)) == ten


WANTED, OTHER = "wanted", "other"
DECISIONS = [
    # What is known of a row, then what becomes of it without force, and with it.
    (Known(WANTED, None, is_remembered=False, is_edited=False), Action.CREATE, Action.CREATE),
    (Known(WANTED, None, is_remembered=True, is_edited=False), Action.KEEP, Action.CREATE),
    (Known(WANTED, WANTED, is_remembered=False, is_edited=True), Action.UNCHANGED, Action.UNCHANGED),
    (Known(WANTED, WANTED, is_remembered=True, is_edited=False), Action.UNCHANGED, Action.UNCHANGED),
    (Known(WANTED, OTHER, is_remembered=True, is_edited=False), Action.UPDATE, Action.UPDATE),
    (Known(WANTED, OTHER, is_remembered=True, is_edited=True), Action.KEEP, Action.UPDATE),
    (Known(WANTED, OTHER, is_remembered=False, is_edited=True), Action.KEEP, Action.UPDATE),
    (Known(None, OTHER, is_remembered=True, is_edited=False), Action.REMOVE, Action.REMOVE),
    (Known(None, OTHER, is_remembered=True, is_edited=True), Action.KEEP, Action.REMOVE),
    (Known(None, None, is_remembered=True, is_edited=False), Action.FORGET, Action.FORGET),
]


@pytest.mark.parametrize(("known", "gently", "forced"), DECISIONS)
def test_what_becomes_of_a_row_is_decided_by_what_is_known_of_it(known, gently, forced):
    assert (decide(known, force=False), decide(known, force=True)) == (gently, forced)
