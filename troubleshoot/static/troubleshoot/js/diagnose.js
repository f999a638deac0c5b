// Masks a pasted text in the browser by the rules of the server, shows what will be sent, and sends only that; who comes
// back to a result gets it again, from the masked text that this browser keeps with the entry of its history.
const WORD = /[a-z0-9_-]+/g;
const TELLING = /^(?=[a-z0-9_-]*[0-9_-])[a-z0-9_-]{4,}$/;
const MASK = /‹[a-z]+›/g;
const PAUSE_MS = 200;
// So many masks are set apart; more would only slow the page down.
const MOST_SHOWN = 2000;

// ASCII in lower case and half width, all else as it is: every place stays what it was.
function lower(text) {
  const half = text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll("\u3000", " ");
  return half.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function masked(text, places) {
  const kept = [];
  let at = 0;
  for (const [start, end, name] of places) {
    kept.push(text.slice(at, start), `‹${name}›`);
    at = end;
  }
  return kept.length ? kept.join("") + text.slice(at) : text;
}

function places(rule, text) {
  return Array.from(text.matchAll(new RegExp(rule.pattern, "gu")), (match) => [
    match.index + (rule.keep ? match[1].length : 0),
    match.index + match[0].length,
    rule.name,
  ]);
}

// The same as redact() of the server: see troubleshoot/search/redaction.py.
export function redact(text, rules) {
  const learnt = new Map();
  for (const rule of rules) {
    const folded = lower(text);
    const found = places(rule, folded);
    if (rule.learn) {
      for (const [start, end, name] of found) {
        const word = folded.slice(start, end).split(".")[0];
        if (TELLING.test(word) && !learnt.has(word)) {
          learnt.set(word, name);
        }
      }
    }
    text = masked(text, found);
  }
  if (!learnt.size) {
    return text;
  }
  const known = Array.from(lower(text).matchAll(WORD)).filter((match) => learnt.has(match[0]));
  return masked(text, known.map((match) => [match.index, match.index + match[0].length, learnt.get(match[0])]));
}

function counted(text) {
  const counts = new Map();
  for (const [mask] of text.matchAll(MASK)) {
    counts.set(mask, (counts.get(mask) ?? 0) + 1);
  }
  return Array.from(counts, ([mask, count]) => `${mask} ×${count}`).join(", ");
}

// The text with its masks set apart, as nodes: nothing pasted is ever read as HTML.
function nodes(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(MASK)) {
    if (parts.length > 2 * MOST_SHOWN) {
      break;
    }
    const mask = document.createElement("span");
    mask.className = "mask";
    mask.textContent = match[0];
    parts.push(text.slice(at, match.index), mask);
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

function attach(form) {
  const rules = JSON.parse(document.getElementById("masking-rules").textContent);
  const area = form.elements.namedItem("text");
  const preview = form.querySelector(".sent");
  const summary = form.querySelector(".masked");
  let waiting = 0;

  function show() {
    const text = redact(area.value, rules);
    const isTooLong = new TextEncoder().encode(text).length > Number(form.dataset.limit);
    area.setCustomValidity(isTooLong ? form.dataset.tooLong : "");
    preview.hidden = !text.trim();
    preview.querySelector("code").replaceChildren(...nodes(text));
    const counts = counted(text);
    summary.textContent = counts ? `${summary.dataset.some} ${counts}` : summary.dataset.none;
  }

  function take(text) {
    area.focus();
    area.select();
    // As if it were typed, so that undoing brings back what stood there.
    if (!area.value || !document.execCommand("insertText", false, text)) {
      area.value = text;
    }
    show();
  }

  // A file is read here, like what is pasted; of one that is far too long no more than shows that it is.
  async function read(file) {
    take(await file.slice(0, 2 * Number(form.dataset.limit)).text());
  }

  const sources = form.querySelector(".sources");
  sources.hidden = false;
  sources.querySelector("[data-example]")?.addEventListener("click", (event) => take(event.target.dataset.example));
  sources.querySelector("[type=file]").addEventListener("change", (event) => {
    if (event.target.files.length) {
      read(event.target.files[0]);
      event.target.value = "";
    }
  });
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) {
      event.preventDefault();
      read(event.dataTransfer.files[0]);
    }
  });

  area.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(show, PAUSE_MS);
  });
  // Before the browser looks at the length; a text pasted a moment ago is masked by now, too.
  form.querySelector("button[type=submit]").addEventListener("click", show);
  form.addEventListener("formdata", (event) => event.formData.set("text", redact(area.value, rules)));
  // Without a connection the browser would leave the page, and the text with it.
  const offline = form.querySelector(".offline");
  form.addEventListener("submit", (event) => {
    offline.hidden = navigator.onLine;
    if (!navigator.onLine) {
      event.preventDefault();
    }
  });
  window.addEventListener("online", () => {
    offline.hidden = true;
  });
  // Coming back, the browser still has the text.
  window.addEventListener("pageshow", show);
}

// A browser would ask whether to send the form of a result again. Where its entry has a state, it gets the form's page
// instead; what is sent before that has loaded takes the place of the entry.
function keep(text) {
  history.replaceState({ diagnosed: text }, "");
}

function goBackTo(form, text) {
  const again = Object.assign(document.createElement("input"), { type: "hidden", name: "again", value: "1" });
  form.append(again);
  form.elements.namedItem("text").value = text;
  form.action = location.href;
  form.submit();
}

const form = document.getElementById("diagnose");
const result = document.getElementById("again");
if (result) {
  const text = result.elements.namedItem("text").value;
  keep(text);
  // A place in the text has an entry of its own.
  window.addEventListener("hashchange", () => keep(text));
} else if (form) {
  attach(form);
  if (history.state?.diagnosed) {
    goBackTo(form, history.state.diagnosed);
  }
}
