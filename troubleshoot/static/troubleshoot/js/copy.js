// Puts a copy button on every command and in the place of links to keep, and says aloud that it worked.
const announcer = document.getElementById("announcer");
const words = announcer.dataset;

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

offerCopying();
// Another script has a text to copy, for a button of its own.
document.addEventListener("copying", (event) => copyFor(event.target, event.detail));
document.addEventListener("htmx:load", offerCopying);
