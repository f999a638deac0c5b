"""Diagnosing in a real browser: what is sent is masked, as the server would mask it, and the page is for everybody."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE
from tests.growth import CHEAP_SECONDS, LONG, MOST_GROWTH, SHORT, TRIES
from tests.search.pumping import pumps
from tests.search.samples import CHATTER, CLUES, GUID, MASKED, PREFIX, as_job
from troubleshoot.search.core.redaction import redact, rules_as_data

MESSAGE = "선택한 서브넷이 존재하지 않습니다."
LOG = f"{CHATTER}{PREFIX}{MESSAGE}\nVMName : web01\nweb01 10.0.0.4 {GUID} kim@contoso.com\n"
LIMIT = 262_144
MASK = """async ([src, texts]) => {
  const { redact } = await import(src);
  const rules = JSON.parse(document.getElementById("masking-rules").textContent);
  return texts.map((text) => redact(text, rules));
}"""

# The pumps that take quadratic time, measured as tests/growth.py does.
QUADRATIC = """([pattern, pumps, { short, long, cheap, growth, tries }]) => {
  const rule = new RegExp(pattern, "gu");
  const filled = (unit, length) => unit.repeat(length / unit.length + 1).slice(0, length);
  const text = ([before, unit, then, end], length) =>
    before + (then ? filled(unit, length / 2) + filled(then, length / 2) : filled(unit, length)) + end;
  const once = (hostile) => {
    const started = performance.now();
    for (const _match of hostile.matchAll(rule));
    return (performance.now() - started) / 1000;
  };
  const least = (hostile) => Math.min(...Array.from({ length: tries }, () => once(hostile)));
  const isQuadratic = (pump) => {
    const [brief, far] = [text(pump, short), text(pump, long)];
    if (once(brief) < cheap || least(brief) < cheap) return false;
    once(far);  // what is interpreted at first is compiled by now, so that both are measured alike
    const isSlow = (most) => Array.from({ length: tries }).every(() => once(far) > most);
    return Array.from({ length: tries }).every(() => isSlow(growth * least(brief)));
  };
  return pumps.filter(isQuadratic);
}"""
MEASURE = {"short": SHORT, "long": LONG, "cheap": CHEAP_SECONDS, "growth": MOST_GROWTH, "tries": TRIES}


@pytest.fixture
def form(page):
    page.goto("/diagnose/")
    return page


def sent(page, *, submit=None) -> str:
    """What the browser sends as the text when the form is submitted."""
    with page.expect_request(lambda request: request.method == "POST") as asked:
        (submit or (lambda: page.click(".diagnose-form button[type=submit]")))()
    body = asked.value.post_data_buffer.decode()
    return body.split('name="text"\r\n\r\n')[1].split("\r\n------")[0].replace("\r\n", "\n")


def test_browser_and_server_mask_alike(form):
    src = form.get_attribute("script[src*=diagnose]", "src")
    texts = [*CLUES, *(text for text, _masked in MASKED)]
    together = [
        *texts,
        "\n".join(texts),
        LOG,
        *(text * 50 for text in texts),
        "😀" * 40 + "Get-AzVM " + "😀" * 79 + " -Name web01",
    ]
    assert form.evaluate(MASK, [src, together]) == [redact(text) for text in together]


def test_no_text_drawn_from_a_rule_takes_the_browser_quadratic_time(form):
    for rule in rules_as_data():
        tried = [list(vars(pump).values()) for pump in pumps(rule["pattern"])]
        assert form.evaluate(QUADRATIC, [rule["pattern"], tried, MEASURE]) == []


def test_the_browser_measures_what_is_quadratic(form):
    assert form.evaluate(QUADRATIC, [r"(user[ \t]*[:=]?[ \t]*)[a-z]", [["user", " ", "", ""]], MEASURE]) != []


def test_what_will_be_sent_is_shown_with_its_masks(form):
    assert form.is_hidden(".sent")
    form.fill("#text", LOG)
    form.wait_for_selector(".sent .mask")
    assert form.inner_text(".sent code").strip() == redact(LOG).strip()
    assert "‹ip› ×1" in form.inner_text(".masked")


def test_only_the_masked_text_is_sent_and_its_error_recognised(form):
    form.fill("#text", LOG)
    assert sent(form).strip() == redact(LOG).strip()
    form.wait_for_selector("#match-1")
    assert form.inner_text("mark") == MESSAGE
    assert GUID not in form.content()


def test_a_text_sent_at_once_is_masked_all_the_same(form):
    form.fill("#text", f"10.0.0.4 {MESSAGE}")
    body = sent(form, submit=lambda: form.evaluate("document.getElementById('diagnose').requestSubmit()"))
    assert body == f"‹ip› {MESSAGE}"


def test_a_result_is_come_back_to_and_read_in_the_other_language(form):
    form.fill("#text", LOG)
    sent(form)
    form.click("#match-1 .found-in a")
    form.wait_for_selector("#found-1:target")
    form.click("#match-1 h2 a")
    form.wait_for_url("**/errors/**")

    form.go_back()
    form.wait_for_selector("#found-1:target")
    assert form.inner_text("#found-1") == MESSAGE
    form.click("#language")
    form.wait_for_url("**/en/diagnose/")
    assert form.inner_text("h1") == "1 documented error was found in part"
    assert form.inner_text("#found-1") == MESSAGE

    form.reload()
    form.wait_for_selector("#found-1")
    form.go_back()
    form.wait_for_selector("#found-1")
    form.get_by_role("link", name="다른 내용 붙여 넣기").click()
    form.wait_for_selector("#diagnose")
    assert form.input_value("#text") == ""


def test_list_and_text_lead_to_each_other(form):
    form.fill("#text", CHATTER * 20 + LOG)
    sent(form)
    form.click("#match-1 .found-in a")
    form.wait_for_selector("#found-1:target")
    assert form.locator("#found-1").is_visible()
    form.click("#found-1 a")
    form.wait_for_selector("#match-1:target")


def test_what_the_example_took_the_place_of_comes_back_when_that_is_undone(form):
    form.fill("textarea", LOG)
    form.get_by_role("button", name="예제로 해 보기").click()
    example = form.input_value("textarea")

    form.keyboard.press("ControlOrMeta+z")

    assert "web01" not in example
    assert form.input_value("textarea") == LOG


def test_without_a_connection_the_text_stays_and_the_page_says_so(form):
    form.fill("textarea", LOG)
    form.context.set_offline(True)

    form.get_by_role("button", name="오류 찾기").click()

    expect(form.get_by_role("alert")).to_contain_text("연결되어 있지 않습니다")
    assert form.input_value("textarea") == LOG
    form.context.set_offline(False)
    expect(form.get_by_role("alert")).to_have_count(0)
    form.get_by_role("button", name="오류 찾기").click()
    expect(form.locator(".recognised")).to_be_visible()


def test_a_text_that_is_too_long_is_said_before_it_is_sent(form):
    form.fill("#text", "가" * (LIMIT // 3 + 1))
    form.click(".diagnose-form button[type=submit]")
    assert form.url.endswith("/diagnose/")
    assert "256" in form.evaluate("document.getElementById('text').validationMessage")
    form.fill("#text", "가")
    assert sent(form) == "가"


def test_without_javascript_the_server_masks(open_page):
    page = open_page("/diagnose/", java_script_enabled=False)
    page.fill("#text", LOG)
    assert GUID in sent(page)
    assert page.inner_text("#found-1") == MESSAGE
    assert GUID not in page.content()


def test_a_pasted_text_is_never_markup(form, problems):
    form.fill("#text", f"<img src=x onerror=alert(1)> {MESSAGE} </code><script>alert(1)</script> ‹vm›")
    form.wait_for_selector(".sent .mask")
    assert form.locator(".sent img").count() == 0
    sent(form)
    assert form.locator("main img").count() == 0


@pytest.mark.parametrize(
    ("language", "looks"),
    [("ko", [("light", WIDE), ("dark", NARROW)]), ("en", [("dark", WIDE), ("light", NARROW)])],
    ids=["ko", "en"],
)
def test_form_and_result_are_accessible(open_page, accessible, prefix, looks):
    page = open_page(f"{prefix}/diagnose/", bypass_csp=True)  # axe writes inline styles
    accessible(page, looks)
    page.fill("#text", LOG)
    page.wait_for_selector(".sent .mask")
    accessible(page, looks)
    sent(page)
    page.wait_for_selector("#match-1")
    accessible(page, looks)


def test_nothing_recognised_is_accessible(open_page, accessible):
    page = open_page("/diagnose/", size=NARROW, bypass_csp=True)
    page.fill("#text", json.dumps({"log": CHATTER}) + "볼트의 보호된 항목")
    sent(page)
    page.wait_for_selector(".not-recognised")
    accessible(page)


def test_nothing_pasted_reaches_the_log(form, portal):
    form.fill("#text", f"secret-sentence {as_job(MESSAGE)}")
    sent(form)
    form.wait_for_selector("#match-1")
    assert "secret-sentence" not in Path(portal.log).read_text()
