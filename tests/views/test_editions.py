"""Holds an entry as a text of its own: what a reply says, what a machine reads, and who gets neither."""

import pytest

from troubleshoot.models import ErrorEntry

pytestmark = pytest.mark.django_db

KEY = "restore-cloud-internal-error"


def test_the_markdown_edition_says_all_that_the_page_says(client, content):
    response = client.get(f"/errors/{KEY}.md")

    text = response.content.decode()
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert text.startswith("# 클라우드 내부 오류로 인해 복원 실패\n\n오류 코드: CloudInternalError\n")
    assert "## 해결 방법\n\n경우 1. " in text
    assert "```powershell\n$deployment = Get-AzureDeployment" in text
    assert "편집자 주: " in text
    assert f"http://testserver/errors/{KEY}/" in text
    assert (
        "출처: Azure 가상 컴퓨터 백업 문제 해결 › 복원, Microsoft, 2016년 8월 26일 · 이후 검토하지 않음 · 최신 문서"
        in text
    )


def test_the_plain_edition_has_no_marks_and_numbers_its_steps(client, content):
    response = client.get("/en/errors/vm-agent-unable-to-communicate.txt")

    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "[Fix]\n\n1. " in text
    assert "\n2. " in text
    assert "](" not in text
    assert "**" not in text


def test_the_plain_edition_keeps_the_bullets_of_a_list(client, content):
    text = client.get(f"/en/errors/{KEY}.txt").content.decode()

    assert "\n- Virtual machines with multiple NICs\n" in text


def test_links_of_a_text_lead_to_the_portal_from_anywhere(client, content):
    text = client.get("/errors/vm-agent-unable-to-communicate.md").content.decode()

    assert "](portal:" not in text
    assert "](http://testserver/" in text


def test_a_machine_is_told_which_page_it_is_an_edition_of(client, content):
    response = client.get(f"/en/errors/{KEY}.md")

    assert response["Link"] == f'<http://testserver/en/errors/{KEY}/>; rel="canonical"'


def test_what_is_outdated_says_so_first(client, content):
    ErrorEntry.objects.filter(key=KEY).update(is_outdated=True, outdated_note_ko="새 포털에서는 다릅니다.")

    assert "새 포털에서는 다릅니다." in client.get(f"/errors/{KEY}.md").content.decode().split("## ")[0]


@pytest.mark.parametrize("ending", ["md", "txt"])
def test_what_replaces_it_is_told_with_its_address(client, content, ending):
    successor = ErrorEntry.objects.get(key="dns-name-already-taken")
    ErrorEntry.objects.filter(key=KEY).update(is_outdated=True, successor=successor)

    text = client.get(f"/en/errors/{KEY}.{ending}").content.decode()
    assert (
        "Read instead: The selected DNS name is already taken, http://testserver/en/errors/dns-name-already-taken/"
        in text
    )


def test_a_link_in_the_plain_edition_says_where_it_leads(client, content):
    text = client.get("/en/errors/vm-no-longer-exists.txt").content.decode()

    assert "More information (http://go.microsoft.com/fwlink/?LinkId=808124)" in text


@pytest.mark.parametrize(
    "address", ["/en/errors/job-cancel-failed.md", "/en/errors/job-cancel-failed.txt", "/en/offline/"]
)
def test_what_is_not_the_documents_fix_says_so_in_every_edition(client, content, address):
    text = client.get(address).content.decode()

    assert "The document gives no fix (“none”). This is the advice from the error message." in text


def test_a_note_on_the_offline_page_is_told_apart(client, content):
    page = client.get("/offline/").content.decode()

    assert page.count('<p class="label">편집자 주</p>') == 4


def test_the_page_offers_a_reply_in_each_language_that_its_entry_has(client, content):
    page = client.get(f"/en/errors/{KEY}/").content.decode()

    for address in (f"/errors/{KEY}.txt", f"/errors/{KEY}.md", f"/en/errors/{KEY}.txt", f"/en/errors/{KEY}.md"):
        assert f'href="{address}"' in page

    ErrorEntry.objects.filter(key=KEY).update(message_en="")
    assert f"/en/errors/{KEY}.md" not in client.get(f"/errors/{KEY}/").content.decode()


@pytest.mark.parametrize("ending", ["md", "txt"])
class TestWhatIsNotThere:
    def test_an_unknown_entry_is_not_found(self, client, content, ending):
        assert client.get(f"/errors/nothing.{ending}").status_code == 404

    def test_what_readers_do_not_see_is_not_told(self, client, content, ending):
        ErrorEntry.objects.filter(key=KEY).update(state="draft")
        assert client.get(f"/errors/{KEY}.{ending}").status_code == 404

        ErrorEntry.objects.filter(key=KEY).update(state="published", staff_only=True)
        assert client.get(f"/errors/{KEY}.{ending}").status_code == 404

    def test_an_entry_that_is_gone_leads_to_its_successor_in_the_same_form(self, client, content, ending):
        successor = ErrorEntry.objects.get(key="vm-not-found")
        ErrorEntry.objects.filter(key=KEY).update(state="archived", successor=successor)

        response = client.get(f"/errors/{KEY}.{ending}")

        assert (response.status_code, response["Location"]) == (301, f"/errors/vm-not-found.{ending}")

    def test_an_entry_that_is_gone_without_one_is_gone(self, client, content, ending):
        ErrorEntry.objects.filter(key=KEY).update(state="archived")

        assert client.get(f"/errors/{KEY}.{ending}").status_code == 410


@pytest.mark.parametrize("ending", ["md", "txt"])
class TestTwoLanguages:
    def test_english_that_is_older_than_its_korean_says_so_before_the_fix(self, client, content, ending):
        way = ErrorEntry.objects.get(key=KEY).resolutions.order_by("order")[0]
        way.body_ko += "\n\n먼저 상태를 확인합니다."
        way.save()

        text = client.get(f"/en/errors/{KEY}.{ending}").content.decode()

        assert "This English text is older than the Korean one" in text[: text.index("Fix")]
        assert f"Read the Korean page: http://testserver/errors/{KEY}/" in text
        assert "한국어 페이지 보기" not in client.get(f"/errors/{KEY}.{ending}").content.decode()

    def test_what_is_not_translated_says_so(self, client, content, ending):
        ErrorEntry.objects.get(key=KEY).resolutions.update(body_en="", condition_en="")

        assert "Not translated yet" in client.get(f"/en/errors/{KEY}.{ending}").content.decode()
        assert "아직 번역되지 않음" not in client.get(f"/errors/{KEY}.{ending}").content.decode()
