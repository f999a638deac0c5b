"""Holds the cards of a search: rendered once for the content, with what each search found marked in them."""

import pytest
from django.template import loader
from django.utils.translation import override

from tests.flows import make_flow
from troubleshoot.models import ErrorEntry
from troubleshoot.reading.results import results_of
from troubleshoot.search.engine import Hit
from troubleshoot.views import cards
from troubleshoot.views.cards import cards_of

pytestmark = pytest.mark.django_db

KEY = "locked"


class Marked:
    """Marks one word wherever it stands."""

    def __init__(self, word: str) -> None:
        self._word = word

    def marks(self, text: str) -> list[tuple[int, int, bool]]:
        at = text.find(self._word)
        return [(at, at + len(self._word), True)] if at >= 0 else []


@pytest.fixture
def rendered(monkeypatch) -> list[str]:
    """The templates that were rendered for a card, in order."""
    names: list[str] = []

    def noted(name, *args):
        names.append(name)
        return loader.render_to_string(name, *args)

    monkeypatch.setattr(cards, "render_to_string", noted)
    return names


def card(word: str = "", key: str = KEY, **how: bool) -> str:
    (html,) = cards_of(results_of([Hit("error", key, 1.0)]), Marked(word or "\0"), **how)
    return html


def test_a_card_is_rendered_once_and_marked_for_each_search(make_entry, rendered):
    make_entry(key=KEY, message_ko="BitLocker 잠김", body="드라이브를 엽니다.")

    assert "<mark>잠김</mark>" in card("잠김")
    assert "<mark>드라이브</mark>" in card("드라이브")
    assert "<mark>" not in card()
    assert len(rendered) == 1


def test_what_is_marked_and_what_is_not_stays_escaped(make_entry):
    make_entry(key=KEY, message_ko="""<mark>&lt;b&gt; "x" 'y' <script>""", body="<i>")

    html = card("script")

    assert "&lt;mark&gt;&amp;lt;b&amp;gt; &quot;x&quot; &#x27;y&#x27; &lt;<mark>script</mark>&gt;" in html


def test_the_card_of_an_answer_and_one_without_its_fix_are_others(make_entry):
    make_entry(key=KEY, message_ko="메시지", body="고칩니다.")

    assert "answer-badge" in card(answers=1)
    assert "answer-badge" not in card()
    assert "고칩니다" in card()
    assert "고칩니다" not in card(without_fix=True)


def test_only_the_first_card_is_the_answer(make_entries):
    make_entries(2)
    hits = [Hit("error", entry.key, 1.0) for entry in ErrorEntry.objects.all()]

    first, second = cards_of(results_of(hits), Marked("\0"), answers=1)

    assert "answer-badge" in first
    assert "answer-badge" not in second


def test_a_step_says_which_of_its_symptoms_was_meant_where_its_words_were_typed(db):
    flow = make_flow()
    hits = [Hit("wizard", f"{flow.key}/os", 1.0, symptom=said) for said in ("복원이 안 돼요", "restore fails", "")]

    shown = [*map(str, cards_of(results_of(hits[:1]), Marked("복원")))]
    for hit in hits[1:]:
        shown += cards_of(results_of([hit]), Marked("복원"))

    assert ["증상: <mark>복원</mark>이 안 돼요" in card for card in shown] == [True, False, False]
    assert ["증상:" in card for card in shown] == [True, False, False]
    [english] = map(str, cards_of(results_of(hits[1:2]), Marked("restore")))
    assert "증상:" not in english  # the page is Korean


def test_an_edit_is_on_the_card_at_once(make_entry):
    entry = make_entry(key=KEY, message_ko="vorher")
    assert "vorher" in card()

    entry.message_ko = "nachher"
    entry.save()

    assert "nachher" in card()


def test_each_language_has_its_card(make_entry):
    make_entry(key=KEY, message_ko="메시지", message_en="Message")
    assert "메시지" in card()
    with override("en"):
        assert "Message" in card()


def test_a_card_is_the_same_whether_it_is_kept_or_not(make_entry, settings):
    make_entry(key=KEY, message_ko="BitLocker & 잠김", body="엽니다.")
    kept = [card("잠김"), card("잠김")]

    settings.PAGES_MIB = 0

    assert {*kept, card("잠김")} == {kept[0]}
