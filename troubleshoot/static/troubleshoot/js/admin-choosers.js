// Gives the fields for choosing by typing the name of their label, which select2 leaves out while nothing is chosen.
function nameChooser(select) {
  const label = select.labels?.[0];
  const shown = document.getElementById(`select2-${select.id}-container`);
  if (label && shown) {
    shown.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
  }
}

// jQuery begins the fields in its own time, and then calls who asked later, in order.
window.django?.jQuery(() => document.querySelectorAll("select.admin-autocomplete").forEach(nameChooser));
