"""Tests of rehearsals: what they say would move does move once the change is made, and nothing moves before."""

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from troubleshoot.editing import publishing, rehearsal
from troubleshoot.editing.rehearsal import Verdict, of_entry, of_synonyms, rehearse
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, QueryLog, Resolution, SynonymGroup
from troubleshoot.search.engine import SearchRequest, search
from troubleshoot.search.index import freshness

pytestmark = pytest.mark.django_db
HEADER = "id\tkind\theld_out\tquery\texpected\n"


@pytest.fixture(autouse=True)
def golden(settings, tmp_path: Path) -> Path:
    settings.GOLDEN_QUERIES = str(tmp_path / "golden.tsv")
    return tmp_path / "golden.tsv"


@pytest.fixture
def operation() -> Operation:
    return Operation.objects.create(key="backup", title_ko="백업", title_en="Backup", order=1)


@pytest.fixture
def disk(operation: Operation) -> ErrorEntry:
    return make(operation, 1, "disk-full", "디스크 공간이 부족합니다")


@pytest.fixture
def network(operation: Operation) -> ErrorEntry:
    return make(operation, 2, "network-down", "네트워크에 연결할 수 없습니다")


def make(operation: Operation, order: int, key: str, message: str, **more: object) -> ErrorEntry:
    entry = ErrorEntry.objects.create(key=key, operation=operation, order=order, message_ko=message, **more)
    Resolution.objects.create(entry=entry, order=1, body_ko="다시 시도합니다.")
    return entry


def asked(*queries: str) -> None:
    for number, query in enumerate(queries):
        time = timezone.now() - timezone.timedelta(minutes=number)
        QueryLog.objects.create(search=f"00000000-0000-0000-0000-{number:012}", query=query, results=1, time=time)


def first(query: str) -> str:
    hits = search(SearchRequest(query)).hits
    return hits[0].key if hits else ""


def moves(report: rehearsal.Report) -> list[tuple[str, str, str, str]]:
    return [
        (move.query.text, move.before.key if move.before else "", move.after.key if move.after else "", move.verdict)
        for move in report.moves
    ]


def test_a_draft_that_takes_a_first_place_is_told(golden, operation, disk, network) -> None:
    golden.write_text(f"{HEADER}a\twhole\t0\t디스크 공간\tdisk-full\nb\twhole\t0\t네트워크 연결\tnetwork-down\n")
    draft = make(operation, 3, "disk-space", "디스크 공간", state="draft")
    report = rehearse(of_entry(draft))
    assert moves(report) == [("디스크 공간", "disk-full", "disk-space", Verdict.WORSE)]
    assert (report.golden, report.right_before, report.right_after) == (2, 2, 1)
    assert first("디스크 공간") == "disk-full"
    publishing.publish(draft, user=User.objects.create_superuser("publisher"))
    assert first("디스크 공간") == "disk-space"


def test_a_proposal_is_rehearsed_in_the_place_of_its_entry(golden, disk, network) -> None:
    golden.write_text(f"{HEADER}a\tcode\t0\tUserErrorQuota\tdisk-full\n")
    user = User.objects.create_superuser("publisher")
    proposal = publishing.propose(disk, user=user)
    ErrorAlias.objects.create(entry=proposal, kind="code", text_ko="UserErrorQuota")
    assert moves(rehearse(of_entry(proposal))) == [("UserErrorQuota", "", "disk-full", Verdict.BETTER)]
    publishing.publish(proposal, user=user)
    assert first("UserErrorQuota") == "disk-full"


def test_a_message_that_is_gone_loses_its_queries(disk, network) -> None:
    asked("디스크 공간", "네트워크")
    user = User.objects.create_superuser("publisher")
    proposal = publishing.propose(disk, user=user)
    proposal.message_ko = "용량 초과"
    proposal.save()
    assert moves(rehearse(of_entry(proposal))) == [("디스크 공간", "disk-full", "", Verdict.LOST)]


def test_an_entry_that_becomes_a_note_for_staff_is_taken_away(disk, network) -> None:
    asked("디스크 공간")
    proposal = publishing.propose(disk, user=User.objects.create_superuser("publisher"))
    proposal.staff_only = True
    proposal.save()
    assert moves(rehearse(of_entry(proposal))) == [("디스크 공간", "disk-full", "", Verdict.LOST)]


def test_what_is_for_staff_only_is_not_searched_in_a_rehearsal(operation, disk) -> None:
    asked("비밀번호")
    draft = make(operation, 3, "new", "새 오류", state="draft")
    Resolution.objects.create(entry=draft, order=2, body_ko="비밀번호를 바꿉니다.", staff_only=True)
    assert moves(rehearse(of_entry(draft))) == []


def test_a_synonym_group_moves_what_its_words_find(golden, disk, network) -> None:
    asked("스토리지 부족")
    golden.write_text(f"{HEADER}a\tword\t0\t인터넷\tnetwork-down\n")
    report = rehearse(of_synonyms("net", ["인터넷", "네트워크"]))
    assert moves(report) == [("인터넷", "", "network-down", Verdict.BETTER)]
    assert first("인터넷") == ""
    SynonymGroup.objects.create(key="net", terms="인터넷\n네트워크")
    assert first("인터넷") == "network-down"
    assert moves(rehearse(of_synonyms("net", ["인터넷", "네트워크"]))) == []
    assert moves(rehearse(of_synonyms("net", []))) == [("인터넷", "network-down", "", Verdict.WORSE)]


def test_worse_moves_come_first() -> None:
    verdicts = list(Verdict)
    assert verdicts[0] is Verdict.WORSE
    assert verdicts[-1] is Verdict.BETTER


def test_real_queries_are_the_latest_and_each_once(disk, network) -> None:
    asked("하나", "둘", "하나", " ", "셋")
    assert [query.text for query in rehearsal.real_queries()] == ["하나", "둘", "셋"]


def test_who_may_not_read_the_log_rehearses_with_golden_queries_only(golden, operation, disk) -> None:
    asked("디스크 공간")
    draft = make(operation, 3, "disk-space", "디스크 공간", state="draft")
    assert rehearse(of_entry(draft), with_real_queries=False).total == 0
    assert rehearse(of_entry(draft)).total == 1


def test_what_was_not_replayed_in_time_is_told(disk, network) -> None:
    asked("하나", "둘", "셋")
    report = rehearse(of_synonyms("net", ["하나", "둘"]), seconds=-1)
    assert (report.replayed, report.total, report.is_complete) == (0, 3, False)


@pytest.mark.parametrize(("clock", "replayed"), [("thread_time", 5), ("monotonic", 25)])
def test_a_rehearsal_stops_after_five_seconds_of_work_and_says_how_many_were_replayed(
    disk, monkeypatch, clock, replayed
) -> None:
    """Or after five times as long where others have the processor."""
    asked(*(f"검색어 {number}" for number in range(30)))
    seconds = map(float, count())
    clocks = {"thread_time": lambda: 0.0, "monotonic": lambda: 0.0} | {clock: lambda: next(seconds)}
    monkeypatch.setattr(rehearsal, "time", SimpleNamespace(**clocks))
    report = rehearse(of_synonyms("net", ["하나", "둘"]))
    assert (report.replayed, report.total, report.is_complete) == (replayed, 30, False)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"nonsense", HEADER.encode(), b"query\texpected\nx\t\n", b"query\n\nx\n", b"a\tb\n" * 100],
)
def test_a_golden_file_that_is_none_counts_as_absent(golden: Path, content: bytes) -> None:
    golden.write_bytes(content)
    assert rehearsal.golden_queries() == []


def test_without_a_golden_file_there_are_no_golden_queries(settings) -> None:
    settings.GOLDEN_QUERIES = "/nowhere"
    assert rehearsal.golden_queries() == []


def test_the_live_index_is_not_touched(settings, operation, disk, network) -> None:
    asked("디스크 공간")
    draft = make(operation, 3, "disk-space", "디스크 공간", state="draft")
    first("디스크")
    folder = next(settings.SEARCH_INDEX_DIR.iterdir())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert rehearse(of_entry(draft)).moves
    first("디스크")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after == before
    assert [path.name for path in settings.SEARCH_INDEX_DIR.iterdir()] == [folder.name]


def test_a_search_goes_on_while_the_index_is_rehearsed(operation, disk, network) -> None:
    draft = make(operation, 3, "disk-space", "디스크 공간", state="draft")
    with rehearsal.stages(of_entry(draft)) as (now, then):
        disk.message_ko = "디스크가 가득 찼습니다"
        disk.save()
        assert first("가득") == "disk-full"
        assert now.first("가득") is None
        assert then.first("디스크 공간").key == "disk-space"


def test_an_index_in_memory_is_built_for_a_rehearsal(operation, disk, network, monkeypatch) -> None:
    freshness.view().fall_back()
    asked("디스크 공간")
    change = of_entry(make(operation, 3, "disk-space", "디스크 공간", state="draft"))
    assert moves(rehearse(change)) == [("디스크 공간", "disk-full", "disk-space", Verdict.MOVED)]
    monkeypatch.setattr("troubleshoot.search.index.rehearsing._QUICKLY_BUILT", 1)
    with pytest.raises(rehearsal.StageUnavailableError):
        rehearse(change)


@pytest.mark.usefixtures("content")
def test_the_golden_set_of_the_document_is_replayed_whole(settings) -> None:
    settings.GOLDEN_QUERIES = str(settings.BASE_DIR / "benchmarks" / "golden.tsv")
    report = rehearse(of_synonyms("new", ["딸기", "바나나"]), seconds=60)
    assert report.is_complete
    assert report.golden > 400
    assert report.moves == []
