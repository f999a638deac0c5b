"""Freshness: the next search finds every write, on any process, whatever happened to the index."""

import errno
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection, transaction
from prometheus_client.parser import text_string_to_metric_families

from tests.search.cast import entry
from troubleshoot.models import ContentVersion, Resolution, SynonymGroup
from troubleshoot.search.engine import SearchRequest, diagnose, search
from troubleshoot.search.index import freshness, level
from troubleshoot.search.index.freshness import PATIENCE, Mode
from troubleshoot.search.index.store import FINGERPRINT, IndexBusyError, IndexUnavailableError, SearchIndex

pytestmark = pytest.mark.django_db


def keys(text: str) -> list[str]:
    return [hit.key for hit in search(SearchRequest(text)).hits]


def index_of(settings) -> SearchIndex:
    return SearchIndex(settings.SEARCH_INDEX_DIR / FINGERPRINT)


def wait_for(monkeypatch, **seconds: float) -> None:
    monkeypatch.setattr(freshness, "PATIENCE", replace(freshness.PATIENCE, **seconds))


class Clock:
    """A clock on which nothing takes time but waiting, so that a busy machine makes no difference."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: set[int] = set()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waiting.add(threading.get_ident())
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(freshness, "time", clock)
    return clock


def test_an_empty_database_has_no_results():
    assert keys("백업") == []


def test_a_new_entry_is_found_by_the_next_search():
    assert keys("확장 설치") == []
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]


def test_an_edited_entry_is_found_by_its_new_words_only():
    row = entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    row.message_ko = "서브넷이 존재하지 않습니다."
    row.save()
    assert keys("서브넷") == ["extension"]
    assert keys("확장 설치") == []


def test_a_deleted_entry_is_found_no_more():
    row = entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    row.delete()
    assert keys("확장 설치") == []


def test_a_renamed_entry_is_found_under_its_new_key_only():
    row = entry("old-key", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["old-key"]
    row.key = "new-key"
    row.save()
    assert keys("확장 설치") == ["new-key"]


def test_a_changed_resolution_is_found():
    row = entry("extension", "확장 설치가 실패했습니다.")
    assert keys("프록시") == []
    Resolution.objects.create(entry=row, order=1, body_ko="프록시 서버를 배포합니다.")
    assert keys("프록시") == ["extension"]


def test_a_write_that_is_rolled_back_is_never_found():
    assert keys("확장 설치") == []
    with transaction.atomic():
        entry("extension", "확장 설치가 실패했습니다.")
        transaction.set_rollback(True)
    assert keys("확장 설치") == []


def test_a_synonym_takes_effect_on_the_next_search():
    entry("snapshot", "스냅숏 작업이 실패했습니다.")
    assert keys("순간 사본") == []
    group = SynonymGroup.objects.create(key="snapshot", terms="스냅숏\n순간 사본")
    assert keys("순간 사본") == ["snapshot"]
    group.delete()
    assert keys("순간 사본") == []


def test_another_process_with_the_same_folder_needs_no_work(settings):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    other = freshness.View(settings.SEARCH_INDEX_DIR)
    snapshot, _titles = other.current()
    assert snapshot.size == 1


def test_an_index_of_another_database_is_built_anew():
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    version = ContentVersion.objects.get()
    version.lineage = "00000000-0000-4000-8000-000000000000"
    version.save()
    assert keys("확장 설치") == ["extension"]


def test_an_index_ahead_of_a_restored_database_is_built_anew():
    row = entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    type(row).objects.all().delete()
    ContentVersion.objects.update(value=0)
    assert keys("확장 설치") == []


def test_a_deleted_folder_is_built_anew(settings):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    assert keys("확장 설치") == ["extension"]
    freshness.close()
    assert keys("확장 설치") == ["extension"]


def test_a_damaged_index_is_built_anew(settings):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    freshness.close()
    for file in (settings.SEARCH_INDEX_DIR / FINGERPRINT).iterdir():
        if file.is_file():
            file.write_bytes(b"not an index")
    assert keys("확장 설치") == ["extension"]


def test_a_folder_that_can_not_be_written_leaves_the_search_in_memory(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "file"
    settings.SEARCH_INDEX_DIR.write_text("a file where a folder should be")
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    entry("subnet", "서브넷이 존재하지 않습니다.")
    assert keys("서브넷") == ["subnet"]
    assert freshness.view().health().mode == Mode.MEMORY


def test_a_folder_that_can_be_used_again_is_left_memory_for_without_a_restart(
    settings, tmp_path, monkeypatch, caplog, client
):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEARCH_INDEX_DIR.write_text("a file where a folder should be")
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    told = next(record for record in caplog.records if "searching in memory" in record.message)
    assert told.exc_info is not None
    assert isinstance(told.exc_info[1], IndexUnavailableError)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["search"]) == (200, {"mode": "memory", "behind": 0, "documents": 1})
    assert gauge(client) == {"memory": 1, "disk": 0, "copy_while_busy": 0, "last_commit": 0, "memory_while_busy": 0}

    settings.SEARCH_INDEX_DIR.unlink()
    assert keys("확장 설치") == ["extension"]
    assert freshness.view().health().mode == Mode.MEMORY, "not before a minute is over"
    wait_for(monkeypatch, unusable=0.0)
    freshness.view().fall_back()
    assert keys("확장 설치") == ["extension"]
    assert freshness.view().health().mode == Mode.DISK
    assert gauge(client)["disk"] == 1
    assert settings.SEARCH_INDEX_DIR.is_dir()


def test_a_folder_is_tried_again_after_a_minute_though_the_content_is_the_same(settings, tmp_path, clock):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEARCH_INDEX_DIR.write_text("a file where a folder should be")
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    clock.now += 60
    assert keys("확장 설치") == ["extension"], "still a file"
    assert freshness.view().health().mode == Mode.MEMORY
    settings.SEARCH_INDEX_DIR.unlink()
    clock.now += 59
    assert keys("확장 설치") == ["extension"]
    assert freshness.view().health().mode == Mode.MEMORY, "not before a minute is over"
    clock.now += 1
    assert keys("확장 설치") == ["extension"]
    assert freshness.view().health().mode == Mode.DISK


def gauge(client) -> dict[str, int]:
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    samples = [sample for family in families for sample in family.samples if sample.name == "portal_search_mode"]
    return {sample.labels["mode"]: int(sample.value) for sample in samples}


@pytest.mark.parametrize("mistake", [ValueError, RuntimeError, OSError])
def test_a_mistake_in_the_building_of_documents_is_no_broken_index(monkeypatch, mistake):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]

    def fail(_version: int):
        raise mistake

    row = entry("subnet", "서브넷이 존재하지 않습니다.")
    with monkeypatch.context() as patched:
        patched.setattr("troubleshoot.search.index.documents.changed_since", fail)
        with pytest.raises(mistake):
            keys("서브넷")
    assert freshness.view().health().mode == Mode.DISK
    assert keys("서브넷") == [row.key]


def copies(settings) -> list[Path]:
    return list(settings.SEARCH_INDEX_DIR.glob("copy-*"))


def test_a_search_while_another_process_writes_finds_what_is_new_and_not_what_is_gone(settings, clock):
    row = entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    with index_of(settings).writing():
        entry("subnet", "서브넷이 존재하지 않습니다.")
        assert keys("서브넷") == ["subnet"]
        assert freshness.view().health() == freshness.Health(ready=True, mode=Mode.COPY, behind=0, size=2)
        waited = clock.now
        assert PATIENCE.ordinary <= waited < PATIENCE.nothing
        row.state = row.State.ARCHIVED
        row.save()
        entry("disk", "디스크가 없습니다.")
        assert keys("확장 설치") == []
        assert keys("디스크") == ["disk"]
        assert clock.now == waited, "what was waited for in vain is not waited for again"
        assert len(copies(settings)) == 1
    entry("agent", "에이전트가 응답하지 않습니다.")
    assert keys("에이전트") == ["agent"]
    assert freshness.view().health().mode == Mode.DISK
    assert copies(settings) == []


def test_the_folder_is_searched_again_after_a_while_though_nothing_else_has_changed(settings, clock):
    entry("extension", "확장 설치가 실패했습니다.")
    keys("확장")
    with index_of(settings).writing():
        entry("subnet", "서브넷이 존재하지 않습니다.")
        keys("서브넷")
    assert freshness.view().health().mode == Mode.COPY
    clock.now += PATIENCE.busy
    assert keys("서브넷") == ["subnet"]
    assert freshness.view().health().mode == Mode.DISK


def test_an_index_that_can_not_be_copied_answers_from_its_last_commit(settings, clock, monkeypatch):
    entry("extension", "확장 설치가 실패했습니다.")
    keys("확장")

    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with index_of(settings).writing():
        entry("subnet", "서브넷이 존재하지 않습니다.")
        monkeypatch.setattr(level.tempfile, "TemporaryDirectory", fail)
        assert keys("확장 설치") == ["extension"]
        assert freshness.view().health().mode == Mode.BEHIND


def test_a_change_of_very_much_is_waited_for_no_longer_than_its_patience(settings, clock, monkeypatch):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    monkeypatch.setattr(freshness, "MOST_COPIED", 1)
    with index_of(settings).writing():
        entry("subnet", "서브넷이 존재하지 않습니다.")
        entry("disk", "디스크가 없습니다.")
        assert keys("확장 설치") == ["extension"]
        assert PATIENCE.ordinary <= clock.now < PATIENCE.nothing
        assert freshness.view().health().mode == Mode.BEHIND
    assert keys("서브넷") == ["subnet"]


def test_health_says_how_far_the_index_is_behind():
    assert not freshness.view().health().ready
    entry("extension", "확장 설치가 실패했습니다.")
    keys("확장")
    entry("subnet", "서브넷이 존재하지 않습니다.")
    health = freshness.view().health()
    assert health.ready
    assert health.behind > 0


def test_a_rebuild_makes_the_index_level():
    entry("extension", "확장 설치가 실패했습니다.")
    assert freshness.view().rebuild() == 1
    assert freshness.view().health().behind == 0


def test_a_search_of_unchanged_content_asks_the_database_once(django_assert_num_queries):
    entry("extension", "확장 설치가 실패했습니다.")
    keys("확장")
    with django_assert_num_queries(1):
        keys("확장 설치")


def test_who_searches_for_one_of_very_many_changes_finds_it_before_all_of_them_are_brought_in(
    settings, clock, monkeypatch
):
    entry("extension", "확장 설치가 실패했습니다.")
    old = entry("old", "에이전트 오류")
    assert keys("확장 설치") == ["extension"]
    monkeypatch.setattr(freshness, "MOST_COPIED", 1)
    with index_of(settings).writing():
        entry("subnet", "서브넷이 존재하지 않습니다.", "The subnet does not exist.")
        entry("coded", "알 수 없는 문제입니다.").aliases.create(kind="code", text_ko="QuotaIsGone")
        old.message_ko = "캐시 오류"
        old.save()
        assert keys("서브넷을 찾을 수 없음")[:1] == ["subnet"]
        assert keys("QuotaIsGone") == ["coded"]
        assert keys("캐시") == ["old"]
        assert keys("확장 설치") == ["extension"]
        assert [hit.key for hit in diagnose("ERR The subnet does not exist.").matches] == ["subnet"]
        assert freshness.view().health().mode == Mode.BEHIND
        assert copies(settings)
    assert keys("서브넷")[:1] == ["subnet"]
    assert not copies(settings)


@pytest.mark.django_db(transaction=True)
def test_another_process_is_waited_for_once_by_all_threads_together(settings, clock, monkeypatch):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    entry("subnet", "서브넷이 존재하지 않습니다.")
    monkeypatch.setattr(freshness, "MOST_COPIED", 0)

    def ask(_number: int) -> list[str]:
        try:
            return keys("확장 설치")
        finally:
            connection.close()

    with index_of(settings).writing(), ThreadPoolExecutor(5) as threads:
        assert list(threads.map(ask, range(5))) == [["extension"]] * 5
    assert len(clock.waiting) == 1
    assert PATIENCE.ordinary <= clock.now < 2 * PATIENCE.ordinary


@pytest.mark.django_db(transaction=True)
def test_an_ordinary_write_of_another_process_is_waited_for_by_every_thread(settings, monkeypatch):
    entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    entry("subnet", "서브넷이 존재하지 않습니다.")
    wait_for(monkeypatch, ordinary=5.0)

    def ask(_number: int) -> list[str]:
        try:
            return keys("서브넷")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        with index_of(settings).writing():
            answers = [threads.submit(ask, number) for number in range(4)]
            time.sleep(0.3)
        assert [answer.result() for answer in answers] == [["subnet"]] * 4


def test_a_fresh_folder_that_another_process_fills_is_not_waited_for_with_nothing_found(settings, clock):
    entry("extension", "확장 설치가 실패했습니다.")
    with index_of(settings).writing():
        assert keys("확장 설치") == ["extension"]
        health = freshness.view().health()
        assert health.ready
        assert health.mode == Mode.STAND_IN
        waited = clock.now
        assert waited >= PATIENCE.nothing
        entry("subnet", "서브넷이 존재하지 않습니다.")
        assert keys("서브넷") == ["subnet"]
        assert clock.now == waited
    entry("disk", "디스크가 없습니다.")
    assert keys("디스크") == ["disk"]
    assert freshness.view().health().mode == Mode.DISK


def test_an_index_of_another_database_never_answers_while_the_writer_is_busy(settings, monkeypatch):
    row = entry("extension", "확장 설치가 실패했습니다.")
    assert keys("확장 설치") == ["extension"]
    wait_for(monkeypatch, nothing=0.1)
    with index_of(settings).writing():
        type(row).objects.all().delete()
        ContentVersion.objects.update(lineage="00000000-0000-4000-8000-000000000000", value=0)
        assert keys("확장 설치") == []


def test_who_writes_much_has_the_index_until_it_is_level_and_others_do_not_do_that_work(settings):
    entry("old", "에이전트 오류")
    assert keys("에이전트") == ["old"]
    with freshness.view().leading():
        entry("new", "디스크 오류")
        with pytest.raises(IndexBusyError), index_of(settings).writing():
            pass
    assert index_of(settings).snapshot().stamp == level.content_stamp()
    assert keys("디스크") == ["new"]


def test_who_writes_much_while_another_writes_the_index_leaves_it_to_them(settings):
    entry("old", "에이전트 오류")
    assert keys("에이전트") == ["old"]
    with index_of(settings).writing(), freshness.view().leading():
        entry("new", "디스크 오류")
    assert keys("디스크") == ["new"]


def test_what_fails_while_the_index_is_led_leaves_it_as_it_was():
    entry("old", "에이전트 오류")
    with pytest.raises(ZeroDivisionError), freshness.view().leading():
        raise ZeroDivisionError
    assert keys("에이전트") == ["old"]
