// Makes the search boxes quick: results while typing, keys to move with, and what a screen reader hears.
//
// htmx asks and swaps; this file says when. Nothing is asked while an input method composes, for half a syllable is no
// query; but the last syllable stays in composition until the next key, so one that rests is taken as it stands.
// Without this file, or without htmx, every box is a plain form.
import "./language.js";

const PAUSE = 200; // milliseconds without a key before results are asked for
const REST = 600; // and without a change of what is being composed before it is taken as it stands
const SILENCE = 600; // and without new results before they are announced
const MOST = 65_536; // bytes that a search reads, SEARCH_QUERY_BYTES of the settings
const KEYS = "slash-key"; // where a reader's wish to do without keys of one letter is kept

const box = document.querySelector("input[type=search]");
const results = document.getElementById("results");
const announcer = document.getElementById("announcer");

function isPlain(event) {
  return !(event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
}

// What is said aloud: every part of a region that is marked for it, once typing has paused.
let silence;
function announce(region) {
  const parts = [...region.querySelectorAll("[data-said]")].map((part) => part.textContent.trim().replace(/\s+/g, " "));
  window.clearTimeout(silence);
  announcer.textContent = "";
  silence = window.setTimeout(() => {
    announcer.textContent = parts.join(" ");
  }, SILENCE);
}

// The list that belongs to the box: results in the page, or suggestions below the box of the header.
function region() {
  return document.querySelector(box.form.getAttribute("hx-target"));
}

function links() {
  return [...region().querySelectorAll(results ? ".entries h2 a" : "a")];
}

function complain() {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.dataset.said = "";
  notice.textContent = box.form.dataset.failed;
  region().querySelector(".notice[data-said]")?.remove();
  region().prepend(notice);
  announce(region());
}

// Of far too much only as much is sent as the server needs to say so: a longer address would not reach it.
function cut(text) {
  const bytes = new TextEncoder().encode(text);
  return bytes.length > MOST ? new TextDecoder().decode(bytes.slice(0, MOST + 4)) : text;
}

// The address follows what is shown, so that it can be shared. Typing on leaves one entry in the history.
let address = location.pathname + location.search;
function follow(wanted) {
  if (!wanted || wanted === address) {
    return;
  }
  const isHere = location.pathname === new URL(wanted, location.href).pathname;
  history[isHere ? "replaceState" : "pushState"](null, "", wanted);
  address = wanted;
}

function listen(form) {
  let pause;
  let composing = false;
  let asked = results?.childElementCount ? box.value : null;
  let shown = asked;
  let onToFirst = false;

  function ask() {
    window.clearTimeout(pause);
    asked = box.value;
    window.htmx.trigger(form, "asked");
  }

  function wait() {
    window.clearTimeout(pause);
    if (box.value !== asked) {
      pause = window.setTimeout(ask, composing ? REST : PAUSE);
    }
  }

  function toFirst() {
    onToFirst = false;
    links()[0]?.focus();
  }

  form.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters[box.name] = cut(box.value);
  });

  box.addEventListener("input", wait);
  box.addEventListener("compositionstart", () => {
    composing = true;
    wait();
  });
  box.addEventListener("compositionend", () => {
    composing = false;
    wait();
  });

  form.addEventListener("submit", (event) => {
    if (!results) {
      return;
    }
    event.preventDefault();
    if (box.value === shown) {
      toFirst();
    } else {
      onToFirst = true;
      ask();
    }
  });

  // A suggestion is a search in this page.
  region().addEventListener("click", (event) => {
    const query = event.target.closest("a[data-query]")?.dataset.query;
    if (results && query && event.button === 0 && isPlain(event)) {
      event.preventDefault();
      box.value = query;
      box.focus();
      ask();
    }
  });

  let focused;
  document.body.addEventListener("htmx:beforeSwap", () => {
    focused = links().indexOf(document.activeElement);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== region()) {
      return;
    }
    shown = asked;
    follow(region().querySelector("[data-address]")?.dataset.address);
    announce(region());
    if (onToFirst || focused >= 0) {
      toFirst();
    }
  });
  // The address of the page, which may be a whole log, says nothing that the server does not know from the request.
  form.addEventListener("htmx:configRequest", (event) => {
    delete event.detail.headers["HX-Current-URL"];
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failure, (event) => {
      if (event.detail.elt === form) {
        asked = null;
        onToFirst = false;
        if (results) {
          complain();
        }
      }
    });
  }
}

function move(event) {
  const list = links();
  const at = list.indexOf(document.activeElement);
  const isInBox = document.activeElement === box;
  // Letters also walk through a list of entries that was not searched for.
  const listed = [...document.querySelectorAll("main .entries h2 a")];
  const here = listed.indexOf(document.activeElement);
  const to = {
    ArrowDown: isInBox || at >= 0 ? list[Math.min(at + 1, list.length - 1)] : null,
    ArrowUp: at > 0 ? list[at - 1] : at === 0 ? box : null,
    Escape: !isInBox && region().contains(document.activeElement) ? box : null,
    j: mayUseLetters(event) ? listed[Math.min(here + 1, listed.length - 1)] : null,
    k: mayUseLetters(event) ? listed[Math.max(here - 1, 0)] : null,
  }[event.key];
  if (to) {
    event.preventDefault();
    to.focus();
  } else if (event.key === "Escape" && !results && list.length) {
    event.preventDefault(); // or the browser empties the box
    region().replaceChildren();
  }
}

const COPIES = "main :is(.copy, .copies-link)";

// One key alone can be in the way of speech input, so it can be switched off; and it is a letter where one types.
const areKeysOn = () => localStorage.getItem(KEYS) !== "off";
const mayUseLetters = (event) =>
  areKeysOn() && !event.target.closest("input, textarea, select, dialog, [contenteditable]");

function act(event, help) {
  const deeds = {
    "/": () => {
      box.focus();
      box.select();
    },
    c: document.querySelector(COPIES) && (() => document.querySelector(COPIES).click()),
    "?": help && (() => help.showModal()),
  };
  if (deeds[event.key] && mayUseLetters(event)) {
    event.preventDefault();
    deeds[event.key]();
  }
}

function offerKeys(help) {
  const opener = document.querySelector("[data-opens=shortcuts]");
  const button = help.querySelector("[aria-pressed]");
  const show = () => button.setAttribute("aria-pressed", String(areKeysOn()));
  button.addEventListener("click", () => {
    localStorage.setItem(KEYS, areKeysOn() ? "off" : "on");
    show();
  });
  show();
  opener.addEventListener("click", () => help.showModal());
  opener.closest("[hidden]").hidden = false;
}

if (box) {
  const help = document.getElementById("shortcuts");
  document.addEventListener("keydown", (event) => {
    // A question mark takes the shift key on most keyboards.
    if (isPlain(event) || (event.key === "?" && !(event.isComposing || event.ctrlKey || event.altKey || event.metaKey))) {
      act(event, help);
    }
  });
  if (help) {
    offerKeys(help);
  }
}

// Who comes back to a list stands where they left it. A page that the browser kept whole does so by itself.
function comeBack() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".entries h2 a");
    if (link) {
      history.replaceState({ ...history.state, opened: link.href }, "");
    }
  });
  const opened = history.state?.opened;
  if (opened && performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
    [...document.querySelectorAll(".entries h2 a")].find((link) => link.href === opened)?.focus({ preventScroll: true });
  }
}

comeBack();

if (window.htmx && box?.form?.hasAttribute("hx-get")) {
  listen(box.form);
  document.addEventListener("keydown", (event) => {
    if (isPlain(event)) {
      move(event);
    }
  });
  // What was typed is no entry of the history, but the page before it is: go there in earnest.
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== address) {
      location.reload();
    }
  });
  if (!results) {
    box.form.addEventListener("focusout", (event) => {
      if (!box.form.contains(event.relatedTarget)) {
        region().replaceChildren();
      }
    });
  }
}

// On paper stands where it came from, as it was just then, and when.
window.addEventListener("beforeprint", () => {
  const [place, day] = document.querySelectorAll("body > .printed > span");
  day.textContent = ` · ${new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" })}`;
  place.textContent = decodeURI(location.href);
});
