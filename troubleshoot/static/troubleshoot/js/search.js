// Makes the search boxes quick: "/" goes to the box of the page.
document.addEventListener("keydown", (event) => {
  const box = document.querySelector("input[type=search]");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (box && !typing && event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});
