// Draws the description of the API (Swagger UI) from the address that the page names.
const place = document.getElementById("api");

// Swagger UI has a dark theme, which it leaves to a class.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

// The page has a heading of its own; and what is a link within a button can't be reached: the button sets the address.
const mended = () => ({
  wrapComponents: {
    info: () => () => null,
    DeepLink: (_link, system) => ({ text }) => system.React.createElement("span", null, text),
  },
});

// Its lists of values have no names, and its examples can't be scrolled by key.
new MutationObserver(() => {
  for (const list of place.querySelectorAll("[data-param-name] select:not([aria-label])")) {
    list.setAttribute("aria-label", list.closest("[data-param-name]").dataset.paramName);
  }
  for (const example of place.querySelectorAll("pre:not([tabindex])")) {
    example.tabIndex = 0;
  }
}).observe(place, { childList: true, subtree: true });

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [mended],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0, // the addresses are what is looked for; their shapes are a tap away
  validatorUrl: null,
});
