// Draws the description of the API (Swagger UI) from the address that the page names.
const place = document.getElementById("api");

// The page has a heading of its own.
const withoutHeading = () => ({ wrapComponents: { info: () => () => null } });

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [withoutHeading],
  layout: "BaseLayout",
  deepLinking: true,
  validatorUrl: null,
});
