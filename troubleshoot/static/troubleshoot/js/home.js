// The entries that this device opened last, or that its reader pinned, and the wizards that were left half-way, on the
// home page. Nothing of it leaves the browser.

const section = document.querySelector(".device");

function kept() {
  try {
    return JSON.parse(localStorage.getItem("recently-viewed")) ?? [];
  } catch {
    return []; // no storage, or something that is not ours
  }
}

const entries = kept().filter(({ url, title }) => url?.startsWith("/") && !url.startsWith("//") && title);
if (section && entries.length) {
  entries.sort((one, other) => Boolean(other.pinned) - Boolean(one.pinned));
  const rows = entries.map(({ url, title, pinned }) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.append(title);
    if (pinned) {
      const mark = document.createElement("span");
      mark.className = "count";
      mark.textContent = section.dataset.pinned;
      link.append(" ", mark);
    }
    row.append(link);
    return row;
  });
  section.querySelector("ul").replaceChildren(...rows);
  section.hidden = false;
}

const LEFT = "wizard-left-at:";

// What wizard.js kept of each wizard that was left: the address of the step, and the title.
function left(wizards) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(LEFT));
    const places = names.map((name) => localStorage.getItem(name).split("\n"));
    return places.filter(([address, title]) => address.startsWith(wizards) && title);
  } catch {
    return []; // no storage
  }
}

const goOn = document.querySelector(".left-off");
for (const [address, title] of goOn ? left(goOn.dataset.wizards) : []) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = title;
  goOn.append(" ", link);
  goOn.hidden = false;
}
