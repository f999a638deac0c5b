// A toolbar above each Markdown text: what it writes goes in as if it was typed, so that undoing takes it back.
const words = document.getElementById("admin-words")?.dataset;
const PAUSE = 250;
const MOST_BYTES = 10 * 1024 * 1024;

function made(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...parts);
  return element;
}

// The browser's own way of typing: it keeps what undoing needs, and tells who listens.
function type(area, text, [from, to] = []) {
  const start = area.selectionStart;
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (from !== undefined) {
    area.setSelectionRange(start + from, start + to);
  }
}

const chosen = (area) => area.value.slice(area.selectionStart, area.selectionEnd);

// A list belongs to whole lines.
function chooseLines(area) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", Math.max(area.selectionEnd, start));
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
}

function lines(area, mark) {
  chooseLines(area);
  const marks = /^(?:\d+\.|-|>)\s+/;
  const now = chosen(area).split("\n");
  const isMarked = now.every((line, index) => line.startsWith(mark(index)));
  const bare = (line) => line.replace(marks, "");
  const text = now.map((line, index) => (isMarked ? bare(line) : mark(index) + bare(line))).join("\n");
  type(area, text, [0, text.length]);
}

function around(area, mark, sample) {
  const text = chosen(area) || sample;
  type(area, `${mark}${text}${mark}`, [mark.length, mark.length + text.length]);
}

function code(area) {
  if (chosen(area) && !chosen(area).includes("\n")) {
    around(area, "`", "");
    return;
  }
  const text = chosen(area) || words.codeSample;
  const before = area.selectionStart && area.value[area.selectionStart - 1] !== "\n" ? "\n\n" : "";
  const opening = `${before}\`\`\`\n`;
  type(area, `${opening}${text}\n\`\`\`\n`, [opening.length, opening.length + text.length]);
}

// While a dialog is open, the text keeps the place that it was left at.
function dialog(title, area) {
  const place = [area.selectionStart, area.selectionEnd];
  const box = made("dialog", { class: "writing", "aria-label": title });
  const form = made("form", { method: "dialog" }, made("h2", {}, title));
  const close = made("button", { type: "button", class: "button" }, words.cancel);
  close.addEventListener("click", () => leave());
  box.addEventListener("close", () => {
    box.remove();
    area.focus();
  });
  const leave = () => {
    box.close();
    area.focus();
    area.setSelectionRange(...place);
  };
  // What is typed here is not part of the text that is kept.
  for (const event of ["input", "change"]) {
    box.addEventListener(event, (one) => one.stopPropagation());
  }
  box.append(form);
  document.body.append(box);
  return { box, form, close, leave };
}

function field(form, id, label, input) {
  input.id = id;
  form.append(made("p", {}, made("label", { for: id }, label), input));
  return input;
}

function link(area) {
  const text = chosen(area);
  const { box, form, close, leave } = dialog(words.link, area);
  const query = field(form, "link-query", words.linkQuery, made("input", { type: "text", autocomplete: "off" }));
  const found = made("ul", { class: "targets" });
  const status = made("p", { role: "status", class: "quiet" });
  const put = (target, title) => {
    leave();
    const label = (text || title).replace(/[[\]]/g, "\\$&");
    type(area, `[${label}](${target})`, [1, 1 + label.length]);
  };
  const offer = (targets) => {
    found.replaceChildren(...targets.map(({ target, kind, title, place = "" }) => {
      const choice = made("button", { type: "button" }, `${title} `, made("small", {}, place ? `${kind} · ${place}` : kind));
      choice.addEventListener("click", () => put(target, title));
      return made("li", {}, choice);
    }));
  };
  let timer;
  let asked = 0;
  const look = async () => {
    const typed = query.value.trim();
    const number = ++asked;
    if (/^(https?:\/\/|mailto:)\S+$/.test(typed)) {
      offer([{ target: typed.replace(/[()\s<>]/g, encodeURIComponent), kind: words.webAddress, title: typed }]);
      return;
    }
    const address = `${words.targets}?${new URLSearchParams({ q: typed, language: area.dataset.language })}`;
    const targets = typed ? await fetch(address).then((answer) => answer.json()).then((said) => said.targets).catch(() => null) : [];
    if (number === asked) {
      offer(targets ?? []);
      status.textContent = targets === null ? words.offline : typed && !targets.length ? words.noTarget : "";
    }
  };
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    found.querySelector("button")?.click();
  });
  form.append(found, status, made("p", { class: "acts" }, close));
  box.showModal();
  query.value = /^\S+$/.test(text) || text.length < 60 ? text : "";
  if (query.value) look();
}

function image(area) {
  const { box, form, close, leave } = dialog(words.image, area);
  const file = field(form, "image-file", words.imageFile, made("input", { type: "file", accept: ".png,.jpg,.jpeg,.webp" }));
  const description = field(form, "image-description", words.imageDescription, made("input", { type: "text", maxlength: "300" }));
  const width = field(form, "image-width", words.imageSize, made("select", {}));
  for (const [value, label] of [[1600, words.large], [800, words.medium], [400, words.small]]) {
    width.append(new Option(label, value, value === 800, value === 800));
  }
  description.value = chosen(area).replaceAll("\n", " ");
  file.required = description.required = true;
  const problem = made("p", { role: "alert", class: "errornote", hidden: "" });
  const add = made("button", { class: "button default" }, words.imageAdd);
  form.append(problem, made("p", { class: "acts" }, add, close));
  const refuse = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = false;
    add.disabled = false;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!description.value.trim()) return refuse(words.imageMute);
    if (file.files[0].size > MOST_BYTES) return refuse(words.imageTooLarge);
    add.disabled = true;
    const sent = new FormData();
    sent.set("file", file.files[0]);
    sent.set("description", description.value);
    sent.set("width", width.value);
    sent.set("csrfmiddlewaretoken", document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "");
    const answer = await fetch(words.imageUpload, { method: "POST", body: sent }).catch(() => null);
    if (answer?.redirected) return refuse(words.signedOut);
    if (answer?.status === 413) return refuse(words.imageTooLarge);
    const said = await answer?.json().catch(() => null);
    if (!said) return refuse(words.offline);
    if (said.errors) return refuse(Object.values(said.errors).flat().join(" "));
    leave();
    const label = description.value.trim().replace(/[[\]]/g, "\\$&");
    const isIn = area.selectionStart && !/\n\n$/.test(area.value.slice(0, area.selectionStart));
    area.setSelectionRange(area.selectionEnd, area.selectionEnd);
    type(area, `${isIn ? "\n\n" : ""}![${label}](${said.target})\n`);
  });
  box.showModal();
}

const TOOLS = [
  ["bold", "B", (area) => around(area, "**", words.boldSample), "b"],
  ["steps", "1.", (area) => lines(area, (index) => `${index + 1}. `)],
  ["list", "•", (area) => lines(area, () => "- ")],
  ["code", "</>", code],
  ["link", "", link, "k"],
  ["image", "", image],
  ["note", "", (area) => lines(area, () => "> ")],
];

// One stop of the Tab key, and arrows within, as toolbars are.
function equip(area) {
  const bar = made("div", { role: "toolbar", class: "toolbar", "aria-label": `${words.toolbar}: ${area.labels?.[0]?.textContent.trim().replace(/:$/, "") ?? ""}` });
  const buttons = TOOLS.map(([name, sign, use, key], index) => {
    const label = words[name] + (key ? ` (Ctrl+${key.toUpperCase()})` : "");
    const button = made("button", { type: "button", title: label, "aria-label": label, tabindex: index ? "-1" : "0", "data-tool": name }, sign || words[name]);
    button.addEventListener("click", () => use(area));
    return button;
  });
  bar.append(...buttons);
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = buttons.at((buttons.indexOf(document.activeElement) + by) % buttons.length);
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  });
  area.addEventListener("keydown", (event) => {
    const tool = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && TOOLS.find((one) => one[3] === event.key.toLowerCase());
    if (tool) {
      event.preventDefault();
      tool[2](area);
    }
  });
  area.before(bar);
}

function offer(root) {
  for (const area of root.querySelectorAll("textarea[data-preview]")) {
    if (!area.closest(".empty-form") && !area.parentElement.querySelector(":scope > .toolbar")) {
      equip(area);
    }
  }
}

if (words) {
  offer(document);
  document.addEventListener("formset:added", (event) => offer(event.target));
}
