// Makes a wizard smooth where htmx swaps its steps: the focus goes to the new heading, and each step is counted once.
const COUNTED = "wizard-steps-seen";

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

// What htmx can't show (a wizard that is gone, no network), the browser can.
function leaveToBrowser(event) {
  if (place()?.contains(event.detail.elt)) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  }
}

tryToCount();
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id === "wizard") {
    focusOnStep();
    tryToCount();
  }
});
document.addEventListener("htmx:responseError", leaveToBrowser);
document.addEventListener("htmx:sendError", leaveToBrowser);
