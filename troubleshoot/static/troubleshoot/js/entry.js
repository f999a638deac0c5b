// An entry as an engineer works with it: steps are ticked off, a reply is copied, and this device remembers what was
// read. Nothing of it leaves the browser.
import "./copy.js";

const KEPT = "recently-viewed"; // the newest first: [{key, url, title}]
const MOST_KEPT = 8;
const TICKED = "ticked:"; // with the key of the entry: the numbers of its steps that are done

function read(storage, name, otherwise) {
  try {
    return JSON.parse(storage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise; // no storage, or something that is not ours
  }
}

function write(storage, name, value) {
  try {
    storage.setItem(name, JSON.stringify(value));
  } catch {
    // Without storage (a private window, a strict setting) nothing is kept.
  }
}

// What is pinned stays when newer ones come.
function remember(entry, isPinned) {
  const { entry: key } = entry.dataset;
  const title = document.querySelector("h1").textContent.trim();
  const kept = read(localStorage, KEPT, []);
  const pinned = isPinned ?? Boolean(kept.find((one) => one.key === key)?.pinned);
  const others = kept.filter((one) => one.key !== key);
  const places = MOST_KEPT - 1 - others.filter((one) => one.pinned).length;
  const recent = new Set(others.filter((one) => !one.pinned).slice(0, Math.max(places, 0)));
  write(localStorage, KEPT, [
    { key, url: location.pathname, title, pinned },
    ...others.filter((one) => one.pinned || recent.has(one)),
  ]);
  return pinned;
}

function offerPinning(entry) {
  const button = entry.querySelector("[data-pin]");
  const show = (pinned) => button.setAttribute("aria-pressed", String(pinned));
  show(remember(entry));
  button.addEventListener("click", () => show(remember(entry, button.getAttribute("aria-pressed") !== "true")));
  button.closest("[hidden]").hidden = false;
}

// Each step of a list of steps is a box to tick; its words are the label.
function offerTicking(entry) {
  const place = TICKED + entry.dataset.entry;
  const done = new Set(read(localStorage, place, []));
  entry.querySelectorAll(".steps > li").forEach((step, number) => {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "tick";
    box.checked = done.has(number);
    box.setAttribute("aria-label", `${entry.dataset.done}: ${step.textContent.trim().slice(0, 60)}`);
    box.addEventListener("change", () => {
      done[box.checked ? "add" : "delete"](number);
      write(localStorage, place, [...done]);
    });
    step.prepend(box);
  });
}

// Where room is scarce, a long message or cause shows how it begins, so that the fix is in sight; a button shows it all.
function offerWhole(entry) {
  for (const part of entry.querySelectorAll("[data-clamped]")) {
    const text = document.getElementById(part.dataset.clamped);
    text.classList.add("clamped");
    if (text.scrollHeight <= text.clientHeight + 1) {
      text.classList.remove("clamped");
      continue;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain whole";
    button.textContent = entry.dataset.whole;
    button.addEventListener("click", () => {
      text.classList.remove("clamped");
      text.tabIndex = -1;
      text.focus({ preventScroll: true });
      button.remove();
    });
    text.before(button);
  }
}

// A link to a text becomes a button that copies it; without a script, or a network, it stays a link.
function offerReplies(entry) {
  for (const link of entry.querySelectorAll("[data-reply] a")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        const answer = await fetch(link.href);
        if (!answer.ok) {
          throw new Error(answer.statusText);
        }
        link.dispatchEvent(new CustomEvent("copying", { bubbles: true, detail: await answer.text() }));
      } catch {
        location.assign(link.href);
      }
    });
  }
}

// The same entry in the other language, to read both at once: its texts alone, without what asks or is asked.
async function textsOf(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const texts = page.querySelector(".entry-text");
  if (!answer.ok || !texts) {
    throw new Error(answer.statusText);
  }
  texts.querySelectorAll("form, .edit").forEach((part) => part.remove());
  texts.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
  texts.querySelectorAll("[aria-labelledby]").forEach((part) => part.removeAttribute("aria-labelledby"));
  const title = document.createElement("h2");
  title.textContent = page.querySelector("h1").textContent;
  texts.prepend(title);
  texts.lang = page.documentElement.lang;
  texts.className = "beside";
  return texts;
}

function offerTwin(entry) {
  const button = entry.querySelector("[data-beside]");
  if (!button) {
    return;
  }
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", async () => {
    const shown = entry.querySelector(".beside");
    if (shown) {
      shown.remove();
    } else {
      try {
        entry.querySelector(".entry-text").after(await textsOf(button.dataset.beside));
      } catch {
        location.assign(button.dataset.beside);
      }
    }
    button.setAttribute("aria-pressed", String(!shown));
  });
}

function offerSharing(entry) {
  const button = entry.querySelector("[data-share]");
  if (button && navigator.share) {
    button.closest("[hidden]").hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ title: document.title, url: button.dataset.share }).catch(() => {}); // closed without sharing
    });
  }
}

// An answer that did not get through is not lost without a word: the question stays, and says so.
function sayUnsent(entry) {
  document.addEventListener("htmx:sendError", ({ detail: { elt: form } }) => {
    if (form.matches(".verdict")) {
      const told = form.querySelector("[role=alert]") ?? document.createElement("p");
      told.setAttribute("role", "alert");
      told.textContent = entry.dataset.unsent;
      form.append(told);
    }
  });
}

const entry = document.querySelector("[data-entry]");
if (entry) {
  sayUnsent(entry);
  if (entry.querySelector("[data-pin]")) {
    offerPinning(entry); // a preview is nothing to come back to
  }
  offerWhole(entry);
  offerTicking(entry);
  offerReplies(entry);
  offerTwin(entry);
  offerSharing(entry);
}
