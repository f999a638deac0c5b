// Makes a wizard smooth where htmx swaps its steps: the focus goes to the new heading, each step is counted once, and
// the way so far is kept in this browser, to go on later or once there is a connection again.
const COUNTED = "wizard-steps-seen";
const LEFT = "wizard-left-at:"; // with the key of the wizard: the address of the step where its reader is, and its title

const place = () => document.getElementById("wizard");

// Nobody is told apart: the portal learns that somebody saw a step, once for each tab that it is seen in, and that
// somebody went on from the step before, if that was seen in this tab too.
function count() {
  const { seen, step, from } = place()?.dataset ?? {};
  const counted = new Set((sessionStorage.getItem(COUNTED) ?? "").split(" "));
  if (!seen || counted.has(`${seen}#${step}`)) {
    return;
  }
  const facts = new URLSearchParams({ step });
  const wentOn = `${seen}#${from}>`;
  if (counted.has(`${seen}#${from}`) && !counted.has(wentOn)) {
    facts.set("from", from);
    counted.add(wentOn);
  }
  sessionStorage.setItem(COUNTED, [...counted, `${seen}#${step}`].join(" "));
  navigator.sendBeacon(seen, facts);
}

function tryToCount() {
  try {
    count();
  } catch {
    // Without storage (a private window, a strict setting) nothing is counted.
  }
}

// A field with an error takes the focus itself; otherwise the reader begins at the heading.
function focusOnStep() {
  const target = place()?.querySelector("[autofocus]") ?? place()?.querySelector("h1");
  target?.focus({ preventScroll: true });
}

// A step under way is where one may go on later; the first page offers that, and an outcome forgets it.
function keepPlace() {
  const { wizard, title, isUnderWay } = place()?.dataset ?? {};
  if (!wizard) {
    return;
  }
  if (isUnderWay !== undefined) {
    localStorage.setItem(LEFT + wizard, `${location.pathname}${location.search}\n${title}`);
  } else if (place().querySelector(".result")) {
    localStorage.removeItem(LEFT + wizard);
  } else {
    offerToGoOn(localStorage.getItem(LEFT + wizard)?.split("\n")[0]);
  }
}

function offerToGoOn(address) {
  if (address?.startsWith(location.pathname) && !place().querySelector(".go-on")) {
    const link = document.createElement("a");
    link.className = "tool go-on";
    link.href = address;
    link.textContent = place().dataset.resume;
    place().querySelector(".facts")?.append(" ", link);
  }
}

function tryToKeepPlace() {
  try {
    keepPlace();
  } catch {
    // Without storage nothing is kept.
  }
}

// What htmx can't show (a wizard that is gone), the browser can.
function leaveToBrowser(event) {
  if (place()?.contains(event.detail.elt)) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
}

// A copy that this device never saved would be the browser's own error page.
async function hasCopy() {
  const names = "caches" in window ? await caches.keys() : [];
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return kept.flat().some(({ url }) => new URL(url).pathname.endsWith("/offline/"));
}

// Without a connection the step stays as it is.
async function sayOffline(event) {
  if (!place()?.contains(event.detail.elt)) {
    return;
  }
  const notice = document.createElement("p");
  notice.className = "notice offline";
  notice.setAttribute("role", "alert");
  notice.textContent = place().dataset.offline;
  if (await hasCopy().catch(() => false)) {
    const copy = document.createElement("a");
    copy.href = place().dataset.copy;
    copy.textContent = place().dataset.copied;
    notice.append(" ", copy);
  }
  takeBackOffline();
  place().querySelector(".step").prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function takeBackOffline() {
  place()?.querySelector(".offline")?.remove();
}

tryToCount();
tryToKeepPlace();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id === "wizard") {
    focusOnStep();
    tryToCount();
    tryToKeepPlace();
  }
});
document.addEventListener("htmx:responseError", leaveToBrowser);
document.addEventListener("htmx:sendError", sayOffline);
window.addEventListener("online", takeBackOffline);
