// Gives the fields for choosing by typing the name of their label, which select2 leaves out while nothing is chosen.
function nameChooser(select) {
  const label = select.labels?.[0];
  const shown = document.getElementById(`select2-${select.id}-container`);
  if (label && shown) {
    shown.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  }
}

// Django begins the fields once the document is ready; this waits until it has.
window.addEventListener("load", () => document.querySelectorAll("select.admin-autocomplete").forEach(nameChooser));
