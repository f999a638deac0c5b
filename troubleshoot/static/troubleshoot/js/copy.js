// Puts a copy button on every command and in the place of links to keep, and says aloud that it worked. The commands of
// an entry and of a wizard take one's own values first, which stay in the browser.
const announcer = document.getElementById("announcer");
const words = announcer.dataset;

const VALUES = "command-values"; // what was filled in for each placeholder, as long as the tab is open
const OPTION = /(?<!\S)(--?[a-z][\w-]{0,18})(?![\w-])/gi;
const PLACEHOLDER = /<([^<>\n]{2,40})>|(?<=-(\w+)\s+)"\2"/gi;

async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Without https there is no clipboard object; selecting the text still works.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) {
    throw new Error("The browser refused to copy.");
  }
}

function say(button, sentence, label) {
  announcer.textContent = sentence;
  // What stands before the words (an icon) stays.
  button.lastChild.textContent = label;
  window.setTimeout(() => {
    announcer.textContent = "";
    button.lastChild.textContent = button.dataset.label;
  }, 2500);
}

function makeButton(label, description, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = label;
  button.dataset.label = label;
  button.setAttribute("aria-label", description);
  button.addEventListener("click", () => copyFor(button, text()));
  return button;
}

async function copyFor(button, text) {
  button.dataset.label ??= button.textContent;
  try {
    await copy(text);
    say(button, words.copied, words.done);
  } catch {
    say(button, words.failed, button.dataset.label);
  }
  button.focus();
}

// Also for what htmx puts on the page later; what has its button already is passed over.
function offerCopying() {
  for (const block of document.querySelectorAll("main pre:not(:has(> .copy))")) {
    // As it stands when it is copied: values may have been filled in. The button is no part of it.
    const code = block.querySelector("code") ?? block.firstChild;
    const text = () => code.textContent.replace(/\n$/, "");
    block.append(makeButton(words.copy, block.dataset.copyLabel ?? words.copyCommand, text));
  }
  for (const link of document.querySelectorAll("a[data-copy]")) {
    const button = makeButton(words.copyLink, words.copyLink, () => link.href);
    button.className = "plain copies-link";
    button.prepend(...link.querySelectorAll("svg"));
    link.replaceWith(button);
  }
}

const values = valuesOfTab();

function valuesOfTab() {
  try {
    return JSON.parse(sessionStorage.getItem(VALUES)) ?? {};
  } catch {
    return {}; // no storage, or something that is not ours
  }
}

function keepValues() {
  try {
    sessionStorage.setItem(VALUES, JSON.stringify(values));
  } catch {
    // Without storage (a private window, a strict setting) they are kept as long as the page.
  }
}

function filled(written) {
  return written.replace(PLACEHOLDER, (whole, angled, named) => {
    const value = values[angled ?? named];
    return value ? (angled ? value : `"${value.replaceAll('"', '`"')}"`) : whole;
  });
}

// An option stays with its hyphen at the end of a line, as it does in what the server writes.
function withOptionsWhole(command) {
  return command.split(OPTION).map((part, number) => {
    const whole = document.createElement("span");
    whole.className = "option";
    whole.textContent = part;
    return number % 2 ? whole : part;
  });
}

// `-ServiceName "ServiceName"` and `<storage account>` are places for one's own values.
function offerFilling() {
  for (const code of document.querySelectorAll(":is(.entry, #wizard) pre:not(.placeholders + pre) > code")) {
    const written = code.textContent;
    const names = [...new Set([...written.matchAll(PLACEHOLDER)].map(([, angled, named]) => angled ?? named))];
    if (!names.length) {
      continue;
    }
    // Who copies a command with a placeholder in it is told which one is still to be filled in.
    const warning = document.createElement("p");
    warning.className = "unfilled";
    warning.setAttribute("role", "status");
    const warn = () => {
      const open = names.filter((name) => !values[name]);
      warning.textContent = open.length ? `${words.unfilled} ${open.join(", ")}` : "";
    };
    code.parentElement.addEventListener("click", (event) => event.target.closest(".copy") && warn());
    const show = () => {
      code.replaceChildren(...withOptionsWhole(filled(written)));
    };
    // The same name in another command is the same value.
    document.addEventListener("filled", () => {
      fields.querySelectorAll("input").forEach((field) => {
        if (field !== document.activeElement) {
          field.value = values[field.name] ?? "";
        }
      });
      show();
      if (warning.textContent) {
        warn();
      }
    });
    const fields = document.createElement("div");
    fields.className = "placeholders";
    for (const name of names) {
      const label = document.createElement("label");
      const field = document.createElement("input");
      field.type = "text";
      field.name = name;
      field.spellcheck = false;
      field.autocomplete = "off";
      field.value = values[name] ?? "";
      field.addEventListener("input", () => {
        values[name] = field.value.trim();
        keepValues();
        document.dispatchEvent(new Event("filled"));
      });
      label.append(`${name} `, field);
      fields.append(label);
    }
    code.parentElement.before(fields);
    code.parentElement.after(warning);
    show();
  }
}

offerCopying();
offerFilling();
// Another script has a text to copy, for a button of its own; what was filled in stands in it, too.
document.addEventListener("copying", (event) => copyFor(event.target, filled(event.detail)));
document.addEventListener("htmx:load", offerCopying);
document.addEventListener("htmx:load", offerFilling);
