// Below each Markdown text of a form: what readers will see, fetched from the server while one types.
const announcer = document.getElementById("announcer");
const words = document.getElementById("admin-words")?.dataset;
const PAUSE = 400;
const QUIET = 1500;
const REMEMBERED = "troubleshoot.preview";

function wanted(area) {
  const form = new FormData();
  form.set("text", area.value);
  form.set("language", area.dataset.language);
  form.set("steps", area.dataset.steps ?? "");
  // The cookie has the token of today, also after signing in again in another tab.
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  form.set("csrfmiddlewaretoken", token ?? area.form.elements.csrfmiddlewaretoken.value);
  return form;
}

async function fetched(area, signal) {
  const answer = await fetch(area.dataset.preview, { method: "POST", body: wanted(area), signal });
  if (answer.redirected) {
    throw new Error(words.signedOut);
  }
  if (!answer.ok) {
    const isSentence = answer.headers.get("Content-Type")?.startsWith("text/html") && answer.status !== 403;
    throw new Error((isSentence && answer.status < 500 && (await answer.text())) || words.offline);
  }
  return answer.text();
}

class Preview {
  constructor(area) {
    this.area = area;
    this.box = document.createElement("details");
    this.box.className = "markdown-preview";
    const summary = document.createElement("summary");
    summary.textContent = words.preview;
    this.page = document.createElement("div");
    this.page.className = "markdown";
    this.page.lang = area.dataset.language;
    this.box.append(summary, this.page);
    area.after(this.box);
    area.addEventListener("input", () => this.later());
    summary.addEventListener("click", () => remember(!this.box.open));
    this.box.addEventListener("toggle", () => this.now());
    this.box.open = localStorage.getItem(REMEMBERED) === "open";
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    if (!this.box.open || this.shown === this.area.value) {
      return;
    }
    const text = this.area.value;
    this.abort?.abort();
    this.abort = new AbortController();
    try {
      const html = text.trim() ? await fetched(this.area, this.abort.signal) : "";
      this.show(text, html);
    } catch (error) {
      this.fail(error);
    }
  }

  show(text, html) {
    this.shown = text;
    this.page.innerHTML = html;
    this.page.classList.toggle("empty", !html);
    if (!html) {
      this.page.textContent = words.empty;
    }
    // The script of the public pages puts its copy buttons on what came.
    document.dispatchEvent(new Event("htmx:load"));
    this.say(words.updated);
  }

  fail(error) {
    if (error.name === "AbortError") {
      return;
    }
    const sentence = error instanceof TypeError ? words.offline : error.message;
    this.shown = undefined;
    this.page.textContent = sentence;
    this.page.classList.add("empty");
    this.say(sentence);
  }

  // Once the writer pauses, and not at all for a preview that opened with the page.
  say(sentence) {
    clearTimeout(this.voice);
    if (this.box.contains(document.activeElement) || document.activeElement === this.area) {
      this.voice = setTimeout(() => { announcer.textContent = sentence; }, QUIET);
    }
  }
}

// Who wants previews open has them open on every form.
function remember(isOpen) {
  localStorage.setItem(REMEMBERED, isOpen ? "open" : "");
}

function offer(root) {
  for (const area of root.querySelectorAll("textarea[data-preview]")) {
    if (!area.closest(".empty-form") && !area.parentElement.querySelector(".markdown-preview")) {
      new Preview(area);
    }
  }
}

if (announcer && words) {
  offer(document);
  document.addEventListener("formset:added", (event) => offer(event.target));
}
