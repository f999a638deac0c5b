// The copy of the portal on a device: keeps it when asked to, opens what the address asks for, finds words in it.
const place = document.querySelector(".offline-copy");
const entries = [...place.querySelectorAll(".kept")];
const PARTICLE = /^[가-힣]{1,2}$/;

// Spaces and case tell nothing apart, as in the portal's own search.
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
const groups = JSON.parse(document.getElementById("synonyms").textContent).map((group) => group.map(plain));
const words = new Map(entries.map((entry) => [entry, plain(`${entry.dataset.words} ${entry.textContent}`)]));

// Behind a word may stand a particle of Korean: 스냅샷이 is 스냅샷, and means 스냅숏 as well.
const isTerm = (word, term) => word === term || (term.length > 1 && word.startsWith(term) && PARTICLE.test(word.slice(term.length)));

function meanings(word) {
  const same = groups.filter((group) => group.some((term) => isTerm(word, term)));
  return [word, ...same.flat()];
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
  const button = keep.querySelector("button");
  // Once it is saved, what one came for is the loudest.
  const sayKept = () => {
    said.textContent = place.dataset.kept;
    button.textContent = place.dataset.renew;
    button.className = "tool";
  };
  if (await caches.match(location.pathname)) {
    sayKept();
  }
  keep.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.serviceWorker.register(place.dataset.worker, { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage(location.pathname);
  });
  navigator.serviceWorker.addEventListener("message", sayKept);
}

// Whoever chose the other language, which this device did not save, is told so in that language.
function sayWhereItIsMissing() {
  const [, asked] = location.pathname.match(/^\/(\w\w)\//) ?? [];
  const own = place.dataset.path.match(/^\/(\w\w)\//)?.[1];
  place.querySelectorAll(".other").forEach((notice) => {
    notice.hidden = asked === own;
  });
}

sayWhereItIsMissing();
const field = document.getElementById("find");
place.querySelector(".find").hidden = false;
field.value = openAsked();
find(field.value);
field.addEventListener("input", () => find(field.value));
if ("serviceWorker" in navigator && navigator.onLine) {
  offerKeeping();
}
