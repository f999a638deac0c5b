// Beside the form of an entry, where there is room: the whole page as readers will see it, of what is typed so far.
const place = document.getElementById("page-preview");
const words = document.getElementById("admin-words")?.dataset;
const WIDE = matchMedia("(min-width: 1500px)");
const HIDDEN = "troubleshoot.page-preview";
const PAUSE = 500;

class PagePreview {
  constructor(form) {
    this.form = form;
    this.language = document.documentElement.lang.slice(0, 2);
    this.box = document.createElement("aside");
    this.box.className = "page-preview";
    this.box.setAttribute("aria-label", place.dataset.title);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.status = document.createElement("p");
    this.status.setAttribute("role", "status");
    // What is in it can neither run nor lead away.
    this.frame = document.createElement("iframe");
    this.frame.title = place.dataset.title;
    this.frame.setAttribute("sandbox", "allow-same-origin");
    this.box.append(this.button, this.status, this.frame);
    document.getElementById("main").append(this.box);
    this.button.addEventListener("click", () => this.hide(!this.isHidden));
    for (const event of ["input", "change", "focusin"]) form.addEventListener(event, (one) => this.heard(one));
    for (const event of ["formset:added", "formset:removed"]) document.addEventListener(event, () => this.later());
    window.django?.jQuery(form).on("change", () => this.later());
    WIDE.addEventListener("change", () => this.now());
    this.hide(localStorage.getItem(HIDDEN) === "on");
  }

  hide(isHidden) {
    this.isHidden = isHidden;
    localStorage.setItem(HIDDEN, isHidden ? "on" : "");
    this.box.classList.toggle("closed", isHidden);
    this.button.textContent = isHidden ? place.dataset.show : place.dataset.hide;
    this.button.setAttribute("aria-expanded", !isHidden);
    this.now();
  }

  // The page is in the language of the text that is written.
  heard(event) {
    const language = event.target.name?.match(/_(ko|en)$/)?.[1] ?? this.language;
    if (event.type !== "focusin" || language !== this.language) {
      this.language = language;
      this.later();
    }
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    if (this.isHidden || !WIDE.matches) return;
    this.abort?.abort();
    this.abort = new AbortController();
    const typed = new FormData(this.form);
    typed.set("csrfmiddlewaretoken", document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "");
    const bare = place.dataset.address.replace(/^\/en\//, "/");
    const address = this.language === "en" ? `/en${bare}` : bare;
    try {
      const answer = await fetch(address, { method: "POST", body: typed, signal: this.abort.signal });
      if (answer.redirected) throw new Error(words.signedOut);
      if (!answer.ok) throw new Error(answer.status === 422 ? await answer.text() : words.offline);
      this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") this.status.textContent = error instanceof TypeError ? words.offline : error.message;
    }
  }

  // The frame is loaded once; afterwards only the text in it is another, where the eye already is.
  show(html) {
    this.status.textContent = "";
    const shown = this.frame.contentDocument?.querySelector("main");
    const made = new DOMParser().parseFromString(html, "text/html");
    if (!shown) {
      made.querySelectorAll("script, body > :not(main), [rel='manifest'], meta[name='htmx-config']").forEach((one) => one.remove());
      made.querySelector("main").inert = true;
      this.frame.srcdoc = `<!doctype html>${made.documentElement.outerHTML}`;
      return;
    }
    this.frame.contentDocument.documentElement.lang = made.documentElement.lang;
    const next = made.querySelector("main");
    if (next.innerHTML !== this.shown) {
      this.shown = next.innerHTML;
      shown.innerHTML = next.innerHTML;
    }
  }
}

if (place && words) new PagePreview(place.closest("form"));
