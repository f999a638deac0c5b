// The copy of the portal on a device: keeps it when asked to, opens what the address asks for, finds words in it.
const place = document.querySelector(".offline-copy");
const entries = [...place.querySelectorAll(".kept")];
const groups = JSON.parse(document.getElementById("synonyms").textContent);

// Spaces and case tell nothing apart, as in the portal's own search.
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
const words = new Map(entries.map((entry) => [entry, plain(`${entry.dataset.words} ${entry.textContent}`)]));

function meanings(word) {
  const same = groups.filter((group) => group.some((term) => plain(term) === word));
  return [word, ...same.flat().map(plain)];
}

function find(query) {
  const wanted = query.split(/\s+/).map(plain).filter(Boolean).map(meanings);
  let found = 0;
  for (const [entry, text] of words) {
    entry.hidden = !wanted.every((meant) => meant.some((word) => text.includes(word)));
    found += entry.hidden ? 0 : 1;
  }
  place.querySelector(".found-nothing").hidden = found > 0;
}

// The page stands in for another one: the entry or wizard of that address is open, its search is made.
function openAsked() {
  const asked = entries.find((entry) => location.pathname.startsWith(entry.dataset.path));
  if (asked) {
    asked.open = true;
    asked.scrollIntoView();
  }
  return new URLSearchParams(location.search).get("q") ?? "";
}

async function offerKeeping() {
  const keep = place.querySelector(".keep");
  const said = keep.querySelector("[role=status]");
  const isKept = Boolean(await caches.match(location.pathname));
  keep.hidden = false;
  said.textContent = isKept ? place.dataset.kept : "";
  keep.querySelector("button").addEventListener("click", async () => {
    await navigator.serviceWorker.register(place.dataset.worker, { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage(location.pathname);
  });
  navigator.serviceWorker.addEventListener("message", () => {
    said.textContent = place.dataset.kept;
  });
}

const field = document.getElementById("find");
place.querySelector(".find").hidden = false;
field.value = openAsked();
find(field.value);
field.addEventListener("input", () => find(field.value));
if ("serviceWorker" in navigator && navigator.onLine) {
  offerKeeping();
}
