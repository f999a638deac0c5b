"""Tests of finding synonyms in a text, and of the synonym groups that come with the portal."""

import json
import sys
from collections import Counter

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.models import SynonymGroup
from troubleshoot.search.core.analysis import compact, fold, terms
from troubleshoot.search.core.lexicon import Lexicon, Mention

GROUPS = (
    ("가상 컴퓨터", "가상머신", "VM", "virtual machine"),
    ("에이전트", "agent"),
    ("자격 증명 모음", "볼트", "vault"),
    ("자격 증명", "credential"),
    ("할 수 없", "안 돼", "안 됨"),
    ("찾을 수 없", "not found"),
    ("서브넷", "서브 넷", "subnet"),
    ("시작", "start"),
    ("이미지", "image"),
    ("COM+", "컴플러스"),
    ("DTC", "MSDTC"),
    ("시간 초과", "timed out", "time out", "timeout"),
)
LEXICON = Lexicon.of(GROUPS)


def found(text: str, lexicon: Lexicon = LEXICON) -> list[tuple[str, str]]:
    """What is found in ``text``: the words as they stand there, each with the first member of its group."""
    return [(text[at.start : at.end], lexicon.groups[at.group][0]) for at in lexicon.mentions(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("가상 컴퓨터를 찾을 수 없습니다", ["가상 컴퓨터", "찾을 수 없"]),
        ("가상컴퓨터를찾을수없습니다", ["가상컴퓨터", "찾을수없"]),
        ("가상  컴퓨터", ["가상  컴퓨터"]),
        ("가상 머신", ["가상 머신"]),
        ("virtualmachine", ["virtualmachine"]),
        ("TIME-OUT", ["TIME-OUT"]),
    ],
)
def test_spacing_and_case_do_not_matter(text, words):
    assert [word for word, _ in found(text)] == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("백업 자격 증명 모음", [("자격 증명 모음", "자격 증명 모음")]),
        ("자격 증명이 만료됨", [("자격 증명", "자격 증명")]),
        ("MSDTC", [("MSDTC", "DTC")]),
        ("통신할 수 없고 찾을 수 없음", [("할 수 없", "할 수 없"), ("찾을 수 없", "찾을 수 없")]),
    ],
)
def test_the_longest_member_wins(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("text", ["VMware", "KVM", "vmss", "VM1", "agentless", "reagent", "timeouts", "avault"])
def test_a_latin_member_is_not_found_inside_another_word(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("VM이 없어요", ["VM"]),
        ("agent와 통신", ["agent"]),
        ("새VM을", ["VM"]),
        ("vm-agent", ["vm", "agent"]),
        ("vm_not_found", ["vm", "not_found"]),
        ("(VM)", ["VM"]),
    ],
)
def test_particles_and_punctuation_may_touch_a_latin_member(text, words):
    assert [word for word, _ in found(text)] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("UserErrorVmNotFound", ["Vm", "NotFound"]),
        ("VMAgent", ["VM", "Agent"]),
        ("GuestAgentStatus", ["Agent"]),
        ("MSDTCError", ["MSDTC"]),
        ("VMs", []),
    ],
)
def test_the_parts_of_a_camel_case_word_are_words(text, words):
    assert [word for word, _ in found(text)] == words


@pytest.mark.parametrize("text", ["다시 작업을 시도", "이미 지정된 이름", "현재 시 작"])
def test_a_short_word_is_not_put_together_from_two(text):
    assert found(text) == []


def test_a_long_word_may_be_broken_but_only_from_its_own_start():
    assert found("에이 전트가") == [("에이 전트", "에이전트")]
    assert found("새에이 전트가") == []


def test_a_member_is_found_with_every_spacing_it_is_written_with():
    assert found("서브넷") == [("서브넷", "서브넷")]
    assert found("서브 넷") == [("서브 넷", "서브넷")]


def test_the_plus_of_com_plus_is_a_letter():
    assert found("“COM+” 오류, http://example.com") == [("COM+", "COM+")]
    assert found("COM 오류") == []


def test_mentions_never_overlap():
    lexicon = Lexicon.of([("가나", "x"), ("나다", "y")])
    assert found("가나다나다", lexicon) == [("가나", "가나"), ("나다", "나다")]


def test_offsets_point_into_the_text():
    assert LEXICON.mentions("  (VM) → 가상  머신!") == [Mention(0, 3, 5), Mention(0, 9, 15)]


def test_a_word_that_stands_in_two_groups_belongs_to_the_first():
    assert found("VM", Lexicon.of([("가상", "VM"), ("기계", "vm")])) == [("VM", "가상")]


def test_a_member_of_a_single_letter_is_found_where_it_starts_nothing_longer():
    lexicon = Lexicon.of([("디", "d"), ("디스크", "disk")])
    assert [word for word, _ in found("디 디스크 디스", lexicon)] == ["디", "디스크", "디"]


@pytest.mark.parametrize("groups", [(), ((),), (("", " ", "…"),)])
def test_groups_without_letters_find_nothing(groups):
    assert Lexicon.of(groups).mentions("가상 컴퓨터 VM") == []


def test_the_terms_of_a_group_are_those_of_its_members():
    assert sorted(LEXICON.terms_of(1)) == sorted({*terms("에이전트"), *terms("agent")})


@pytest.mark.parametrize(
    ("text", "among"), [("에이전트와 통신", True), ("AGENT", True), ("에이스 전트", False), ("", False)]
)
def test_terms_tell_whether_a_text_has_a_member_of_a_group(text, among):
    assert bool(LEXICON.among(1, frozenset(terms(text)))) is among


def test_a_member_without_letters_is_in_no_text():
    assert not Lexicon.of([("—", "가상")]).among(0, frozenset(terms("백업")))


words = st.sampled_from([member for group in GROUPS for member in group])
pieces = st.one_of(
    words, st.text(max_size=8), st.sampled_from([" ", "+", ".", "\n", "가", "A", "ı", "İ", "ß", "\u1100"])
)
texts = st.lists(pieces, max_size=12).map("".join)


@given(texts)
def test_mentions_are_ordered_apart_and_inside_the_text(text):
    folded = fold(text)
    end = 0
    for mention in LEXICON.mentions(folded):
        assert end <= mention.start < mention.end <= len(folded)
        end = mention.end


@given(texts)
def test_what_is_found_is_spelt_like_a_member_of_its_group(text):
    folded = fold(text)
    for mention in LEXICON.mentions(folded):
        spelt = {compact(member) for member in LEXICON.groups[mention.group]}
        assert compact(folded[mention.start : mention.end]) in spelt


@given(st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=5), st.text(max_size=40))
def test_any_groups_and_any_text_are_taken(groups, text):
    lexicon = Lexicon.of(groups)
    assert all(0 <= mention.group < len(groups) for mention in lexicon.mentions(fold(text)))


@given(words)
def test_every_member_finds_itself(member):
    assert found(fold(member))[0][0] == member


# -- the groups that come with the portal -----------------------------------------------------------------------------

FIXTURE = json.loads((settings.BASE_DIR / "fixtures" / "synonyms.json").read_text(encoding="utf-8"))
ROWS = {row["fields"]["key"]: row["fields"]["terms"].splitlines() for row in FIXTURE}
OURS = Lexicon.of(ROWS.values())


def groups_in(text: str) -> list[str]:
    keys = list(ROWS)
    return [keys[mention.group] for mention in OURS.mentions(fold(text))]


def test_there_are_groups_enough_for_the_field():
    assert len(FIXTURE) >= 90


def test_the_groups_are_sorted_by_key_and_each_key_is_there_once():
    keys = [row["fields"]["key"] for row in FIXTURE]
    assert keys == sorted(set(keys))


def test_no_word_stands_in_two_groups():
    places = Counter(letters for members in ROWS.values() for letters in {spelling(member) for member in members})
    assert [letters for letters, groups in places.items() if groups > 1] == []


def spelling(member: str) -> str:
    """The letters by which a member is found; COM and COM+ differ."""
    return compact(member) + "+" * member.endswith("+")


def test_no_word_is_so_short_that_it_is_found_by_chance():
    assert [member for members in ROWS.values() for member in members if len(compact(member)) < 2] == []


@pytest.mark.django_db
def test_every_group_is_one_that_the_admin_would_accept():
    assert FIXTURE
    for row in FIXTURE:
        group = SynonymGroup(**row["fields"])
        group.full_clean()
        assert group.term_list == row["fields"]["terms"].splitlines()


def test_every_member_is_found_as_itself():
    lost = [(key, member) for key, members in ROWS.items() for member in members if groups_in(member) != [key]]
    assert lost == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("백업", "복원"),
        ("취소", "중지"),
        ("중지", "종료"),
        ("가상 컴퓨터", "클라우드 서비스"),
        ("서브넷", "가상 네트워크"),
        ("가상 네트워크", "네트워크"),
        ("찾을 수 없습니다", "존재하지 않습니다"),
        ("존재하지 않습니다", "더 이상 존재하지 않습니다"),
        ("취소할 수 없습니다", "취소하지 못했습니다"),
        ("지원됩니다", "지원되지 않습니다"),
        ("진행 중", "진행되고 있지 않음"),
        ("온라인 상태", "온라인 상태가 아닙니다"),
        ("잠겨 있습니다", "잠금 해제"),
        ("설치", "다시 설치"),
        ("다시 시도", "다시 시작"),
        ("올바르지 않습니다", "일치하지 않습니다"),
        ("백업 자격 증명 모음", "키 자격 증명 모음"),
        ("supported", "not supported"),
        ("online", "not online"),
        ("in progress", "not in progress"),
    ],
)
def test_what_the_errors_tell_apart_the_synonyms_tell_apart(one, other):
    assert groups_in(one)
    assert groups_in(one) != groups_in(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("가상 컴퓨터 에이전트", "가상머신 agent"),
        ("스냅숏 실패", "snapshot failed"),
        ("저장소 계정", "스토리지 계정"),
        ("끝점 제한", "엔드포인트 한도"),
        ("지역", "리전"),
        ("리소스 그룹 할당량", "리소스그룹 쿼터"),
        ("자격 증명 모음", "볼트"),
        ("부하 분산 장치", "로드밸런서"),
        ("BitLocker", "비트로커"),
        ("통신할 수 없습니다", "통신 안돼요"),
        ("예약된 IP", "예약 아이피"),
    ],
)
def test_the_reader_s_words_mean_what_the_document_s_words_mean(one, other):
    assert groups_in(one) == groups_in(other) != []


@pytest.mark.parametrize(
    "text",
    [
        "카탈로그",
        "블로그",
        "아름다운",
        "포트폴리오",
        "http://example.com",
        "시간이 다르게",
        "확장자가",
        "지운영",
        "횟수",
    ],
)
def test_words_that_only_look_alike_are_left_alone(text):
    assert groups_in(text) in ([], ["file-extension"])


@pytest.mark.parametrize("text", ["rest", "할 수 ", "가상 컴", "not in ", "VM "])
def test_a_long_text_is_read_in_one_pass(text):
    """Work grows with the text and not with its square: four times as much text, about four times as many calls."""
    short, long = (_calls(text * (size // len(text))) for size in (4_000, 16_000))
    assert long < 5 * short


def _calls(text: str) -> int:
    """How many functions are called to find what ``text`` mentions: the same on every machine, however busy."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        OURS.mentions(text)
    finally:
        sys.setprofile(None)
    return calls
