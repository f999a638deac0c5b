"""Tests in a real browser of extending a wizard: an author proposes, an editor compares and publishes, readers walk."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

WIDE = (1280, 800)
TABLET = (834, 1112)
AS_IT_WAS = """
from troubleshoot.editing import revisions
from troubleshoot.models import Flow, Revision
flow = Flow.objects.get(key="vm-agent")
Flow.with_proposals.filter(proposal_for=flow).delete()
first = Revision.objects.of(flow).last()
first and revisions.apply(flow, first.content)
"""


@pytest.fixture
def people(member: Callable[..., str], importer: str) -> tuple[str, str]:
    """An author and an editor."""
    return member("author", "writer"), importer


@pytest.fixture
def _as_it_was(python: Callable[[str], str]) -> Iterator[None]:
    """The other tests walk through the wizard of the document."""
    yield
    python(AS_IT_WAS)


# Whether the frame of a picture shows where the wizard changes, and all the rest of it when it is moved.
SHOWS_ALL = """view => {
  const [image, frame] = [view.firstElementChild, view.getBoundingClientRect()];
  const [x, y, width] = view.dataset.part.split(" ").map(Number);
  const edges = () => image.getBoundingClientRect();
  const [left, top] = [edges().left + x - frame.left, edges().top + y - frame.top];
  const is_shown = left + width > 0 && left < frame.width && top >= 0 && top < frame.height;
  view.scrollTo(image.width, image.height);
  const is_whole = edges().right <= frame.right && edges().bottom <= frame.bottom;
  return is_shown && is_whole && image.naturalWidth === image.width && image.naturalHeight === image.height;
}"""


def in_full_size(page: Page) -> None:
    """What changes is shown of both wizards, in the size in which it can be read, and nothing is cut off."""
    views = page.locator(".flow-view")
    expect(views).to_have_count(2)
    for view in views.all():
        view.scroll_into_view_if_needed()
        expect(view.locator("img")).not_to_have_js_property("naturalWidth", 0)
        assert view.evaluate(SHOWS_ALL)


@pytest.mark.usefixtures("_as_it_was")
@pytest.mark.parametrize("size", [WIDE, TABLET], ids=["wide", "tablet"])
def test_an_author_extends_a_wizard_and_readers_walk_the_new_step_once_an_editor_published_it(
    open_as: Callable[..., Page], open_page, people: tuple[str, str], accessible, size: tuple[int, int]
) -> None:
    author, publisher = people

    def looked_at(page: Page) -> None:
        page.wait_for_load_state("load")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    # The author makes the step where it is chosen, and goes on to write it.
    page = open_as(author, "/admin/troubleshoot/flow/", size=size)
    page.click("#result_list a:has-text('VM 에이전트')")
    looked_at(page)
    page.click("#steps-group a:has-text('운영 체제')")
    expect(page.locator(".only-value")).to_be_hidden()
    expect(page.locator(".only-outcome")).to_be_hidden()
    page.fill("#id_choices-0-new_step", "서비스가 실행되고 있나요?")
    looked_at(page)
    page.click(".submit-row [name=_save]")
    page.click("#steps-group a:has-text('서비스가 실행되고 있나요?')")
    page.select_option("#id_kind", "instruction")
    texts = {"title_en": "Is the service running?", "body_ko": "서비스를 확인합니다.", "body_en": "Check the service."}
    for name, text in texts.items():
        page.fill(f"#id_{name}", text)
    page.click("#choices-group .add-row a")
    page.fill("#id_choices-0-label_ko", "확인했습니다")
    page.fill("#id_choices-0-label_en", "I checked it")
    page.locator("#id_choices-0-target").select_option(index=6)
    looked_at(page)
    page.click(".submit-row [name=_save]")
    expect(page.locator(".field-findings")).to_contain_text("게시할 수 있습니다")

    # The walk is that of readers, marked as a preview, and readers see nothing of it.
    proposal = page.url.partition("#")[0]
    page.click(".entry-state a[href$='preview=1']")
    expect(page.locator(".notice").first).to_contain_text("미리 보기")
    page.goto(proposal)
    page.click(".moves a[href$='/submit/']")
    page.click(".submit-row [type=submit]")

    # The editor sees words and both pictures, and publishes.
    editor = open_as(publisher, "/admin/", size=size)
    editor.click(".desk a:has-text('VM 에이전트')")
    looked_at(editor)
    in_full_size(editor)
    editor.click(".entry-state summary")
    expect(editor.locator(".entry-state .change ins").first).to_be_visible()
    editor.click(".moves a[href$='/publish/']")
    in_full_size(editor)
    expect(editor.locator(".difference")).to_contain_text("서비스가 실행되고 있나요?")
    looked_at(editor)
    editor.click(".submit-row [type=submit]")
    expect(editor.locator(".state-published")).to_be_visible()

    reader = open_page("/wizards/vm-agent/?origin=migrated", size=size)
    reader.click("main a:has-text('Windows')")
    expect(reader.locator("#question")).to_have_text("서비스가 실행되고 있나요?")
    reader.click("main a:has-text('확인했습니다')")
    expect(reader.locator("#question")).to_have_text("VM 에이전트를 설치하세요")


def test_a_step_is_one_click_from_where_readers_see_it(open_as: Callable[..., Page], importer: str, accessible) -> None:
    page = open_as(importer, "/en/admin/", size=TABLET)
    page.goto("/en/wizards/vm-agent/")
    accessible(page)
    page.locator(".choices a").last.click()
    page.wait_for_url("**/vm-agent/?*")
    title = page.locator("#question, .step h1").first.inner_text()
    page.click(".edit-parts a >> nth=0")
    page.wait_for_url("**/step/*/change/")
    expect(page.locator("#id_title_en")).to_have_value(title)
