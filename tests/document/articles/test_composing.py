"""What a heading shows and explains becomes the fields of one error, labelled or not."""

from troubleshoot.document.articles.article import read_article
from troubleshoot.document.articles.source import Source


def read(text):
    return read_article(Source("guide.md", text)).entries


def only(text):
    (entry,) = read(text)
    return entry


def ways(entry):
    return [(way.condition, way.body) for way in entry.resolutions]


def test_where_no_label_names_the_way_out_it_begins_with_the_first_thing_to_do_behind_the_cause():
    told = "**원인**: 포트가 닫혔습니다.\n\n방화벽 때문입니다.\n\n포트를 엽니다.\n"
    entry = only(f"# 안내\n\n## 연결할 수 없음\n\n{told}")
    assert entry.cause == "포트가 닫혔습니다.\n\n방화벽 때문입니다."
    assert ways(entry) == [("", "포트를 엽니다.")]


def test_where_a_label_names_the_way_out_what_stands_behind_the_cause_is_the_cause():
    told = "**원인**: 포트가 닫혔습니다.\n\n포트를 엽니다.\n\n**해결 방법**: 다시 시작합니다.\n"
    assert only(f"# 안내\n\n## 연결할 수 없음\n\n{told}").cause == "포트가 닫혔습니다.\n\n포트를 엽니다."


def test_codes_of_the_symptom_count_where_neither_title_nor_message_has_one():
    told = "### 증상\n\n로그에 오류 코드: 1502가 남습니다.\n\n### 원인\n\n꺼졌습니다.\n"
    assert only(f"# 안내\n\n## 연결할 수 없음\n\n{told}").codes == ("1502",)
    assert only(f"# 안내\n\n## 연결할 수 없음(오류 798)\n\n{told}").codes == ("798",)


def test_a_list_behind_a_cause_belongs_to_it():
    told = "**Cause**: These are supported.\n\n* a\n* b\n"
    entry = only(f"# Guide\n\n## The disk cannot be found\n\n{told}")
    assert (entry.cause, ways(entry)) == ("These are supported.\n\n- a\n- b", [])


def test_what_is_indented_below_a_label_in_an_item_is_text_and_no_code():
    told = "- **Cause**: None.\n\n- **Recommendation**:\n\n    Open the port.\n\n    - One\n"
    entry = only(f"# Guide\n\n## The disk cannot be found\n\n{told}")
    assert ways(entry) == [("", "Open the port.\n\n- One")]


def test_items_of_a_symptom_may_call_what_they_are():
    told = "### Symptoms\n\n- Error code: NoDisk\n- Error message: No disk here\n\n### Cause\n\nNone.\n"
    entry = only(f"# Guide\n\n## The backup fails\n\n{told}")
    assert (entry.codes, entry.message) == (("NoDisk",), "No disk here")


CAUSES = """# 안내

## 연결할 수 없음

이 오류의 원인은 다음과 같습니다.

### 포트를 찾을 수 없음

포트를 엽니다.

### 암호 만료

암호를 바꿉니다.
"""


def test_headings_below_an_error_that_says_its_causes_follow_are_causes_with_their_ways_out():
    entry = only(CAUSES)
    assert entry.message == "연결할 수 없음"
    assert ways(entry) == [("포트를 찾을 수 없음", "포트를 엽니다."), ("암호 만료", "암호를 바꿉니다.")]


def test_without_such_a_sentence_they_are_errors_of_their_own():
    text = CAUSES.replace("이 오류의 원인은 다음과 같습니다.", "일반적인 오류는 다음과 같습니다.")
    assert [entry.message for entry in read(text)] == ["포트를 찾을 수 없음", "암호 만료"]


def test_a_document_that_a_code_names_is_one_error():
    entry = only("# DBSERVER_823\n\n## 설명\n\n읽기입니다.\n\n## 원인\n\n디스크입니다.\n\n## 작업\n\n바꿉니다.\n")
    assert entry.codes == ("DBSERVER_823", "823")


def test_a_document_whose_symptom_shows_a_message_is_one_error():
    shown = "다음 오류 메시지가 표시됩니다.\n\n> 디스크가 없습니다.\n"
    text = f"# 디스크 확인\n\n## 증상\n\n{shown}\n## 디스크 켜기\n\n켭니다.\n"
    assert only(text).message == "디스크가 없습니다."


def test_the_introduction_of_a_document_may_name_its_code_and_message_with_labels():
    named = "**오류 코드**: 1502\n\n**오류 메시지**: 디스크가 없습니다.\n"
    text = f"# 디스크 오류 해결\n\n이 문서는 오류를 설명합니다.\n\n{named}\n## 디스크 켜기\n\n켭니다.\n"
    entry = only(text)
    assert (entry.codes, entry.message) == (("1502",), "디스크가 없습니다.")


def test_a_message_shown_in_a_part_of_an_error_makes_no_second_one():
    shown = "다음 오류가 표시됩니다.\n\n> 디스크를 찾을 수 없습니다.\n"
    text = f"# 안내\n\n## 복제가 실패함\n\n꺼졌습니다.\n\n### 네트워크 드라이버\n\n{shown}\n드라이버를 설치합니다.\n"
    assert [entry.title for entry in read(text)] == ["복제가 실패함"]


def test_the_headings_of_the_parts_of_a_way_out_are_kept():
    text = "# 안내\n\n## 복제가 실패함\n\n꺼졌습니다.\n\n### 서버 확인\n\n켭니다.\n\n### 정책 확인\n\n봅니다.\n"
    assert ways(only(text)) == [("", "### 서버 확인\n\n켭니다.\n\n### 정책 확인\n\n봅니다.")]


def test_a_sentence_with_a_link_in_front_is_more_than_a_link():
    assert only("# 안내\n\n## 코어 부족 오류\n\n[여기](a.md)에서 코어를 요청합니다.\n").message == "코어 부족 오류"
