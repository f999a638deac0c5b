// Gives the fields of a table of rows the names that Django leaves to the eye: those of their columns.
function nameCells(row, headings) {
  [...row.cells].forEach((cell, index) => {
    for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!field.labels?.length && !field.hasAttribute("aria-label")) {
        field.setAttribute("aria-label", headings[index] || "");
      }
    }
  });
}

function nameRows(table) {
  const cells = [...table.querySelectorAll("thead th")];
  const empty = table.querySelector("thead th.original:empty");
  if (empty) {
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = document.getElementById("admin-words")?.dataset.row ?? "";
    empty.append(words);
  }
  // Above nothing, for who may not delete, stands no heading.
  table.querySelectorAll("thead th:empty").forEach((cell) => cell.replaceWith(document.createElement("td")));
  // The first heading stands above the hidden cell that names a saved row.
  const headings = cells.map((cell) => cell.textContent.trim().replace(/\?$/, ""));
  table.querySelectorAll("tr.form-row").forEach((row) => nameCells(row, headings));
}

function nameAll() {
  document.querySelectorAll(".inline-group .tabular table").forEach(nameRows);
}

// A field for choosing by typing shows a text without a name while nothing is chosen; what is chosen names it.
function nameChooser(select) {
  const shown = select.nextElementSibling?.querySelector(".select2-selection__rendered");
  if (!shown) return false;
  const label = (select.labels?.[0]?.textContent ?? "").trim().replace(/:$/, "");
  const name = () => (shown.title ? shown.removeAttribute("aria-label") : shown.setAttribute("aria-label", label));
  name();
  new MutationObserver(name).observe(shown, { attributeFilter: ["title"] });
  return true;
}

// Django makes these fields when it is ready, which may be before this or after it.
function nameOnceMade(select) {
  if (nameChooser(select)) return;
  const made = new MutationObserver(() => nameChooser(select) && made.disconnect());
  made.observe(select.parentNode, { childList: true, subtree: true });
}

// The label of the search of a list is a picture.
const search = document.getElementById("searchbar");
search?.setAttribute("aria-label", search.labels[0]?.querySelector("img")?.alt ?? "");

nameAll();
document.querySelectorAll("select.admin-autocomplete").forEach(nameOnceMade);
document.addEventListener("formset:added", nameAll);
