"""Holds what an entry says of its texts in two languages: English that is older than its Korean, and what has none."""

import pytest

from troubleshoot.models import ErrorEntry, Resolution

pytestmark = pytest.mark.django_db

KEY = "restore-cloud-internal-error"


class TestTwoLanguages:
    def corrected(self) -> None:
        entry = ErrorEntry.objects.get(key=KEY)
        way = entry.resolutions.order_by("order")[0]
        way.body_ko += "\n\n먼저 상태를 확인합니다."
        way.save()

    def test_english_that_is_older_than_its_korean_says_so_above_the_fix_and_leads_there(self, client, content):
        self.corrected()

        page = client.get(f"/en/errors/{KEY}/").content.decode()

        notice = page.index("This English text is older than the Korean one")
        assert notice < page.index('id="fix"')
        assert f'href="/errors/{KEY}/" hreflang="ko">Read the Korean page' in page

    def test_the_korean_page_of_it_says_nothing(self, client, content):
        self.corrected()

        assert "Read the Korean page" not in (page := client.get(f"/errors/{KEY}/").content.decode())
        assert "한국어 페이지 보기" not in page

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_no_entry_of_the_document_is_said_to_be_older_or_untranslated(self, client, content, prefix):
        for key in ErrorEntry.objects.values_list("key", flat=True):
            page = client.get(f"{prefix}/errors/{key}/").content.decode()
            assert "older than the Korean" not in page, key
            assert "Not translated yet" not in page, key
            assert "아직 번역되지 않음" not in page, key

    def test_a_fix_that_is_not_translated_says_so_and_in_which_language_it_is(self, client, content):
        Resolution.objects.filter(entry__key=KEY, order=1).update(body_en="", condition_en="")

        page = client.get(f"/en/errors/{KEY}/").content.decode()

        assert "Not translated yet: parts of this page are in Korean." in page
        assert '<div class="condition" lang="ko">' in page
        assert "아직 번역되지 않음" not in client.get(f"/errors/{KEY}/").content.decode()

    def test_a_korean_page_of_english_text_says_so(self, client, content):
        Resolution.objects.filter(entry__key=KEY, order=1).update(body_ko="", condition_ko="")

        page = client.get(f"/errors/{KEY}/").content.decode()

        assert "아직 번역되지 않음: 이 페이지의 일부는 영어로 표시됩니다." in page
        assert '<div class="condition" lang="en">' in page

    def test_saying_so_takes_no_query_more(self, client, content, count_queries):
        self.corrected()

        assert count_queries(lambda: client.get(f"/en/errors/{KEY}/")) == 9
