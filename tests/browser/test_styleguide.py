"""The style guide in a real browser: what it says of a state is what the stylesheets say of it."""

from tests.browser.conftest import LOOKS

STYLE = """element => {
  const { outlineStyle, outlineWidth, backgroundColor, borderColor } = getComputedStyle(element);
  return [outlineStyle, outlineWidth, backgroundColor, borderColor].join();
}"""
ALIKE = f"""([one, other, before]) => {{
  const style = {STYLE};
  return style(one) === style(other) && style(one) !== before;
}}"""


def test_a_state_is_drawn_as_a_pointer_and_the_keyboard_bring_it_about(open_as, administrator, accessible):
    page = open_as(administrator, "/styleguide/")
    accessible(page, LOOKS)
    page.set_viewport_size({"width": 1280, "height": 900})
    for piece in (".choices a", ".button", ".tool"):
        rest, pointed, reached = (
            page.locator(f".states td:nth-child({column}) {piece}").element_handle() for column in (2, 3, 4)
        )
        before = rest.evaluate(STYLE)
        rest.hover()
        page.wait_for_function(ALIKE, arg=[rest, pointed, before])
        page.mouse.move(0, 0)
        page.wait_for_function(f"([one, before]) => ({STYLE})(one) === before", arg=[rest, before])
        page.keyboard.press("Tab")
        rest.focus()
        page.wait_for_function(ALIKE, arg=[rest, reached, before])
