// Moves the picture of a wizard in its frame to where it changes: the whole of it is there, and seldom fits.
for (const view of document.querySelectorAll(".flow-view")) {
  const [x, y, width, height] = view.dataset.part.split(" ").map(Number);
  view.scrollTo(x + width / 2 - view.clientWidth / 2, height > view.clientHeight ? y : y + height / 2 - view.clientHeight / 2);
}
