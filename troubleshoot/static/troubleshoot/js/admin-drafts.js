// Keeps what is typed into the forms of a page in the browser until it is saved, offers it when the page is opened again,
// and asks before unsaved text is left. A form stays valid when somebody signs in again, here or in another tab.
const words = document.getElementById("admin-words")?.dataset;
const PLACE = "troubleshoot.draft:";
const SAVED = "saved_draft_";
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const PAUSE = 400;
const MOST_OFFERED = 3;
// What tells nothing of what was typed: names of buttons, the count of the rows, what the page began from.
const UNSEEN = /^_|-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|^(content_token|proposal_for)$/;

function cookies() {
  return Object.fromEntries(document.cookie.split("; ").map((pair) => pair.split("=")));
}

// Signing in changes the token, and a form that was open before has the old one.
document.addEventListener("submit", (event) => {
  const field = event.target.elements.csrfmiddlewaretoken;
  if (field && event.target.method === "post") {
    field.value = cookies().csrftoken ?? field.value;
  }
}, true);

function stored() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PLACE)).map((key) => {
    try {
      return { key, ...JSON.parse(localStorage.getItem(key)) };
    } catch {
      return { key, time: 0, fields: [] };
    }
  });
}

function forgetSaved() {
  const saved = Object.keys(cookies()).filter((name) => name.startsWith(SAVED));
  for (const { key, time } of stored()) {
    if (saved.includes(SAVED + key.split(":").pop()) || Date.now() - time > KEPT_FOR) {
      localStorage.removeItem(key);
    }
  }
  saved.forEach((name) => { document.cookie = `${name}=; path=/; max-age=0`; });
}

function made(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

// What is sent leads back here, where the text of the other forms of the page is offered.
let isSent = false;

class Draft {
  constructor(mark) {
    this.mark = mark;
    this.form = mark.form;
    // A form for a reason or a comment is filled in here; that of a page of content, by the portal.
    this.isSmall = "of" in mark.dataset;
    const of = mark.dataset.of ? `#${mark.dataset.of}` : "";
    this.page = `${PLACE}${mark.dataset.user}:${location.pathname.replace(/^\/en\//, "/")}${of}:`;
    mark.value ||= `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`.padEnd(8, "0");
    const { form } = this;
    this.began = JSON.stringify(this.fields());
    const later = () => {
      isSent = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), PAUSE);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    // The fields for choosing by typing tell nobody but jQuery.
    window.django?.jQuery(form).on("change", later);
    form.addEventListener("submit", (event) => {
      this.keep();
      isSent = !event.submitter?.formTarget;
    });
    addEventListener("pagehide", () => this.keep());
    addEventListener("beforeunload", (event) => this.isUnsaved() && !isSent && event.preventDefault());
    if (this.isUnsaved()) {
      this.keep();
    }
  }

  fields() {
    const typed = [...new FormData(this.form)].filter(([, text]) => typeof text === "string");
    return typed.filter(([name]) => !["csrfmiddlewaretoken", "draft"].includes(name));
  }

  isUnsaved() {
    const hasChanged = "unsaved" in this.mark.dataset || JSON.stringify(this.fields()) !== this.began;
    return hasChanged && (!this.isSmall || this.fields().some(([name, text]) => text && this.isTyped(name)));
  }

  field(name) {
    return this.form.querySelector(`[name="${CSS.escape(name)}"]`);
  }

  isTyped(name) {
    return this.field(name)?.matches("textarea, input:not([type=hidden])") ?? false;
  }

  keep() {
    clearTimeout(this.timer);
    const key = this.page + this.mark.value;
    const isUnsaved = this.isUnsaved();
    this.form.toggleAttribute("data-unsaved", isUnsaved);
    try {
      if (isUnsaved) {
        localStorage.setItem(key, JSON.stringify({ time: Date.now(), fields: this.fields() }));
      } else {
        localStorage.removeItem(key);
      }
    } catch { /* A browser that keeps nothing still asks before the text is left. */ }
  }

  offer() {
    const others = stored().filter(({ key }) => key.startsWith(this.page) && key !== this.page + this.mark.value);
    others.sort((one, other) => one.time - other.time);
    for (const draft of others) {
      const texts = this.differences(draft.fields).filter(([name, , typed]) => !this.isSmall || (typed && this.isTyped(name)));
      if (!texts.length) {
        localStorage.removeItem(draft.key);
      } else if (others.indexOf(draft) >= others.length - MOST_OFFERED) {
        this.form.before(this.box(draft, texts));
        this.form.closest("details")?.setAttribute("open", "");
      }
    }
  }

  // What the form shows and what was typed, by name, where these differ.
  differences(fields) {
    const [now, typed] = [this.fields(), fields].map((pairs) => Object.fromEntries(pairs));
    const names = new Set([...Object.keys(now), ...Object.keys(typed)].filter((name) => !UNSEEN.test(name)));
    const plain = (text) => (text ?? "").replaceAll("\r\n", "\n");
    return [...names].map((name) => [name, plain(now[name]), plain(typed[name])]).filter(([, one, two]) => one !== two);
  }

  box(draft, texts) {
    const box = made("section", "", "module collision kept");
    const time = new Date(draft.time).toLocaleString(document.documentElement.lang);
    box.append(made("h2", words.kept), made("p", words.typed.replace("{time}", time)));
    const token = (fields) => Object.fromEntries(fields).content_token;
    const isOlder = token(draft.fields) !== token(this.fields());
    if (isOlder) {
      box.append(made("p", words.older));
    }
    const both = document.createElement(this.isSmall ? "div" : "details");
    if (this.isSmall) {
      texts.forEach(([, , typed]) => both.append(made("p", typed, "pieces")));
    } else {
      both.open = isOlder;
      both.append(made("summary", words.both));
      texts.forEach(([name, now, typed]) => both.append(...this.pair(name, now, typed)));
    }
    const back = made("button", words.back, "button default");
    const away = made("button", words.discard, "button");
    back.type = away.type = "button";
    back.addEventListener("click", () => (this.isSmall ? this.fillIn(draft, texts, box) : this.bringBack(draft)));
    away.addEventListener("click", () => this.discard(draft.key, box));
    const acts = made("p", "", "acts");
    acts.append(back, away);
    box.append(both, acts);
    return box;
  }

  // What was discarded can be had back for as long as the page is open.
  discard(key, box) {
    const text = localStorage.getItem(key);
    const told = made("p", `${words.discarded} `, "kept-away");
    const undo = made("button", words.undo, "button");
    undo.type = "button";
    undo.addEventListener("click", () => {
      localStorage.setItem(key, text);
      told.replaceWith(box);
      box.querySelector(".acts button").focus();
    });
    told.append(undo);
    localStorage.removeItem(key);
    box.replaceWith(told);
    undo.focus();
  }

  pair(name, now, typed) {
    const field = document.getElementsByName(name)[0] ?? document.getElementsByName(name.replace(/-\d+-/, "-__prefix__-"))[0];
    const row = name.match(/-(\d+)-/);
    const label = field?.labels?.[0]?.textContent.trim().replace(/:$/, "") ?? name;
    const list = made("dl", "", "two-texts");
    for (const [title, text] of [[words.saved, now], [words.yours, typed]]) {
      const part = document.createElement("div");
      part.append(made("dt", title), made("dd", text || "–"));
      list.append(part);
    }
    return [made("h3", row ? `${Number(row[1]) + 1} · ${label}` : label), list];
  }

  fillIn(draft, texts, box) {
    texts.forEach(([name, , typed]) => { this.field(name).value = typed; });
    this.keep();
    localStorage.removeItem(draft.key);
    box.remove();
    this.field(texts[0][0]).focus();
  }

  // The portal fills its form in with it, and brings it together with what others saved since.
  bringBack(draft) {
    const form = document.createElement("form");
    form.method = "post";
    form.hidden = true;
    const sent = [...draft.fields, ["draft", draft.key.split(":").pop()], ["_bring_back", "1"]];
    for (const [name, text] of [...sent, ["csrfmiddlewaretoken", cookies().csrftoken ?? ""]]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = text;
      form.append(field);
    }
    document.body.append(form);
    isSent = true;
    form.submit();
  }
}

if (words) {
  forgetSaved();
  document.querySelectorAll("input[name=draft]").forEach((mark) => new Draft(mark).offer());
}
