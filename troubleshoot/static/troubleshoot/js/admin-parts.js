// Makes a long form short: its parts are listed to jump to, and the rows of a part fold and then say what they hold.
const words = document.getElementById("admin-words")?.dataset;
const form = document.querySelector(".change-form #content-main > form");
const ROW = ".inline-group[data-inline-type='stacked'] .inline-related:not(.empty-form)";
const MOST_HELD = 90;

function fold(row, isFolded) {
  row.classList.toggle("folded", isFolded);
  const texts = [...row.querySelectorAll("textarea")].map((area) => area.value.trim());
  row.querySelector(".held").textContent = isFolded ? (texts.find(Boolean) ?? "").slice(0, MOST_HELD) : "";
  row.querySelector(".fold").setAttribute("aria-expanded", !isFolded);
}

function equip(row) {
  const heading = row.querySelector("h3");
  if (heading.querySelector(".fold")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  button.setAttribute("aria-label", `${words.fold}: ${heading.querySelector(".inline_label")?.textContent ?? ""}`);
  button.addEventListener("click", () => fold(row, !row.classList.contains("folded")));
  const held = document.createElement("span");
  held.className = "held";
  heading.prepend(button);
  heading.querySelector(".inline_label").after(held);
  fold(row, false);
}

function link(heading, target) {
  const made = document.createElement("a");
  made.href = `#${target.id}`;
  made.textContent = heading.textContent.split(":")[0].trim();
  made.title = heading.textContent.trim();
  // A part that is folded is opened on the way.
  made.addEventListener("click", () => {
    const details = target.closest("details") ?? target.querySelector(":scope > details");
    if (details) details.open = true;
    if (target.matches(ROW)) fold(target, false);
  });
  return made;
}

function listed() {
  const parts = [...form.querySelectorAll(".fieldset-heading[id]:is(h2), .inline-heading[id]")].map((heading) => [heading, heading]);
  const rows = [...form.querySelectorAll(ROW)].map((row) => [row.querySelector(".inline_label"), row]);
  const inOrder = [...parts, ...rows].sort(([, one], [, other]) => (one.compareDocumentPosition(other) & 4 ? -1 : 1));
  // A part that the kind of a step has no use for is not there.
  return inOrder.filter(([heading]) => heading.checkVisibility()).map(([heading, target]) => link(heading, target));
}

if (form && words) {
  const list = document.createElement("nav");
  list.className = "parts";
  list.setAttribute("aria-label", words.parts);
  const begin = () => {
    form.querySelectorAll(ROW).forEach(equip);
    list.replaceChildren(...listed());
    list.hidden = list.childElementCount < 3;
  };
  begin();
  form.before(list);
  const first = document.querySelector("#content-main [autofocus]");
  const folded = first?.closest("details");
  if (folded) folded.open = true;
  first?.scrollIntoView({ block: "center" });
  // On the page for a new row, Django gives the focus to the first field meanwhile; who has begun elsewhere keeps theirs.
  let hasBegun = false;
  for (const event of ["keydown", "pointerdown"]) addEventListener(event, () => (hasBegun = true), { once: true });
  addEventListener("load", () => hasBegun || first?.focus({ preventScroll: true }));
  document.getElementById("id_kind")?.addEventListener("change", begin);
  for (const event of ["formset:added", "formset:removed"]) document.addEventListener(event, begin);
}
