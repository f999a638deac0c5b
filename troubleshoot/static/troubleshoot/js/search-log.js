// Tells the portal which searches were made and which result was opened, so that what is not found can be added.
//
// What is sent was masked and signed by the server. The number drawn for a search ties its two notes together and
// nothing else; nothing about the reader is sent.
const SETTLED = 2000; // milliseconds without a change

let made = null;
let timer;

// A random UUID. crypto.randomUUID exists only with https.
function draw() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function send(chosen = {}) {
  window.clearTimeout(timer);
  if (made) {
    made.isSent = true;
    navigator.sendBeacon(made.log, new URLSearchParams({ token: made.token, search: made.number, ...chosen }));
  }
}

function read({ isSent = false } = {}) {
  window.clearTimeout(timer);
  const { log, token } = document.querySelector(".search-made[data-token]")?.dataset ?? {};
  made = token ? { log, token, number: draw(), isSent } : null;
  const field = document.querySelector("form[data-missing] input[name=search]");
  if (made && field) {
    field.value = made.number;
  }
  if (made && !isSent) {
    timer = window.setTimeout(send, SETTLED);
  }
}

function noteOpened(event) {
  const result = event.target.closest("#results li[data-kind]");
  if (result && event.target.closest("a")) {
    send({ kind: result.dataset.kind, key: result.dataset.key });
  }
}

function noteLeaving() {
  if (made && !made.isSent && document.visibilityState === "hidden") {
    send();
  }
}

// Whoever comes back to a page or reloads it searches for nothing new.
const navigation = performance.getEntriesByType("navigation")[0]?.type;
read({ isSent: navigation === "reload" || navigation === "back_forward" });
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "results") {
    read();
  }
});
document.addEventListener("click", noteOpened);
document.addEventListener("auxclick", noteOpened);
document.addEventListener("visibilitychange", noteLeaving);
