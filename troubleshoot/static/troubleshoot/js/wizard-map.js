// Adds buttons that make the picture of a wizard larger and smaller; without them it can be scrolled and pinched.
const picture = document.getElementById("picture");
const drawing = picture.querySelector("svg");
const full = Number(drawing.getAttribute("width"));
const ratio = Number(drawing.getAttribute("height")) / full;
const STEP = 1.25;
const LEAST = 0.25;
const MOST = 2;

function resize(scale) {
  const width = Math.round(full * Math.min(MOST, Math.max(LEAST, scale)));
  drawing.setAttribute("width", width);
  drawing.setAttribute("height", Math.round(width * ratio));
}

const scale = () => Number(drawing.getAttribute("width")) / full;
const fitting = () => (picture.clientWidth - 2) / full;

function addButton(label, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", onClick);
  bar.append(button);
}

const bar = document.createElement("div");
bar.className = "zoom";
const { larger, smaller, fit } = picture.dataset;
addButton(smaller, () => resize(scale() / STEP));
addButton(larger, () => resize(scale() * STEP));
addButton(fit, () => resize(fitting()));
picture.before(bar);

// The reader's own step, or the first, is in sight from the beginning, without moving the page around the picture.
const here = drawing.querySelector(".current") ?? drawing.querySelector(".box");
if (here) {
  const box = here.getBoundingClientRect();
  const frame = picture.getBoundingClientRect();
  picture.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
  picture.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
}
