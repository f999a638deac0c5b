// Shows the states that come and go: what the stylesheets say of a pointer or the keyboard, said of a class as well.
const STATES = [[/:hover/g, ".is-hover"], [/:focus-visible/g, ".is-focus"]];

function said(rules) {
  return [...rules].map((rule) => {
    if (rule.selectorText) {
      const selector = STATES.reduce((text, [state, name]) => text.replace(state, name), rule.selectorText);
      return selector === rule.selectorText ? "" : rule.cssText.replace(rule.selectorText, selector);
    }
    const within = said(rule.styleSheet?.cssRules ?? rule.cssRules ?? []);
    const layer = rule.layerName ? `@layer ${rule.layerName} {` : "@media all {";
    const around = rule.styleSheet ? layer : rule.cssText.slice(0, rule.cssText.indexOf("{") + 1);
    return within && `${around}${within}}`;
  }).join("");
}

const sheet = new CSSStyleSheet();
sheet.replaceSync([...document.styleSheets].map((one) => said(one.cssRules)).join(""));
document.adoptedStyleSheets = [sheet];
