// Rows of a form that have a number: moved by dragging or by button, and numbered anew in the order they then have.
const announcer = document.getElementById("announcer");
const words = document.getElementById("admin-words")?.dataset;
const NUMBER = "input[name$='-order']";
// How near the edge of the window a dragged row makes the page scroll, and by how much in each frame.
const [EDGE, STEP] = [80, 12];
const ROW = ".inline-related:not(.empty-form):not(.tabular), tr.form-row:not(.empty-form)";

function rowsOf(group) {
  return [...group.querySelectorAll(ROW)].filter((row) => row.querySelector(NUMBER));
}

function numberOf(row) {
  return row.querySelector(NUMBER);
}

// Messages about a row of a table stand in a row of their own before it.
function partsOf(row) {
  const before = row.previousElementSibling;
  return before?.classList.contains("row-form-errors") ? [before, row] : [row];
}

function put(row, before) {
  const place = before && partsOf(before)[0];
  (place ?? lastOf(row)).before(...partsOf(row));
}

// What follows the rows: the hidden row that new ones are made of, or the line with the button for a new one.
function lastOf(row) {
  const group = row.closest(".inline-group");
  const hidden = group.querySelector(".empty-form") ?? group.querySelector(".add-row");
  if (hidden?.parentElement === row.parentElement) {
    return hidden;
  }
  const end = document.createElement(row.tagName === "TR" ? "template" : "span");
  row.parentElement.append(end);
  setTimeout(() => end.remove());
  return end;
}

function renumber(group) {
  rowsOf(group).forEach((row, index, rows) => {
    const input = numberOf(row);
    if (input.value !== String(index + 1)) {
      input.value = index + 1;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    row.querySelector(".order-up").disabled = index === 0;
    row.querySelector(".order-down").disabled = index === rows.length - 1;
  });
}

function announce(group, row) {
  const rows = rowsOf(group);
  announcer.textContent = words.moved.replace("{place}", rows.indexOf(row) + 1).replace("{total}", rows.length);
}

function move(row, by) {
  const group = row.closest(".inline-group");
  const rows = rowsOf(group);
  const target = rows.indexOf(row) + by;
  if (target < 0 || target >= rows.length) {
    return;
  }
  put(row, by < 0 ? rows[target] : rows[target + 1]);
  renumber(group);
  announce(group, row);
}

// A number that is typed says where its row shall stand; the others make room.
function moveTo(row, number) {
  const group = row.closest(".inline-group");
  const others = rowsOf(group).filter((other) => other !== row);
  const focused = row.contains(document.activeElement) ? document.activeElement : undefined;
  if (rowsOf(group).indexOf(row) !== number - 1) {
    put(row, others[number - 1]);
    focused?.focus();
  }
  renumber(group);
  announce(group, row);
}

function button(className, sign, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = sign;
  made.title = label;
  made.setAttribute("aria-label", label);
  return made;
}

function mover(className, sign, label, by) {
  const made = button(className, sign, label);
  made.addEventListener("click", () => {
    const row = made.closest(ROW);
    move(row, by);
    // A button that can't go on would drop the focus: its sibling takes it.
    (made.disabled ? row.querySelector(by < 0 ? ".order-down" : ".order-up") : made).focus();
  });
  return made;
}

// The events are heard on the document: a handle that moves with its row loses the pointer.
function dragged(row) {
  const group = row.closest(".inline-group");
  const began = rowsOf(group);
  const stop = new AbortController();
  const { signal } = stop;

  const end = () => {
    stop.abort();
    row.classList.remove("order-dragged");
  };
  const cancel = () => {
    began.forEach((other) => put(other, undefined));
    end();
  };
  // Near an edge of the window the page goes on, for as long as the pointer stays there.
  let pointer = innerHeight / 2;
  const settle = () => {
    const rows = rowsOf(group);
    const next = rows.find((other) => other !== row && middleOf(other) > pointer);
    if (rows[rows.indexOf(row) + 1] !== next) {
      put(row, next);
    }
  };
  const scroll = () => {
    if (signal.aborted) {
      return;
    }
    const step = pointer < EDGE ? -STEP : pointer > innerHeight - EDGE ? STEP : 0;
    if (step) {
      scrollBy({ top: step, behavior: "instant" });
      settle();
    }
    requestAnimationFrame(scroll);
  };
  requestAnimationFrame(scroll);

  const follow = (event) => {
    pointer = event.clientY;
    settle();
  };
  const drop = () => {
    end();
    if (began.indexOf(row) !== rowsOf(group).indexOf(row)) {
      renumber(group);
      announce(group, row);
    }
  };
  row.classList.add("order-dragged");
  document.addEventListener("pointermove", follow, { signal });
  document.addEventListener("pointerup", drop, { signal });
  document.addEventListener("pointercancel", cancel, { signal });
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel(), { signal });
}

function middleOf(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

function handleFor() {
  const handle = document.createElement("span");
  handle.className = "order-handle";
  handle.textContent = "⠿";
  handle.title = words.drag;
  handle.setAttribute("aria-hidden", "true"); // who can't drag has the buttons beside it
  handle.addEventListener("pointerdown", (event) => {
    if (event.button === 0) {
      event.preventDefault();
      dragged(handle.closest(ROW));
    }
  });
  return handle;
}

function equip(row) {
  if (row.querySelector(".order-controls")) {
    return;
  }
  const controls = document.createElement("span");
  controls.className = "order-controls";
  controls.append(
    handleFor(),
    mover("order-up", "↑", words.up, -1),
    mover("order-down", "↓", words.down, 1),
  );
  (row.matches("tr") ? numberOf(row).closest("td") : row.querySelector("h3")).prepend(controls);
}

function inOrderOf(group, value) {
  const rows = rowsOf(group);
  const sorted = [...rows].sort((one, other) => value(one) - value(other));
  if (sorted.some((row, index) => row !== rows[index])) {
    sorted.forEach((row) => put(row, undefined));
  }
}

const byNumber = (row) => Number(numberOf(row).value || Infinity);
const byIndex = (row) => Number(row.id.slice(row.id.lastIndexOf("-") + 1));

function begin(group) {
  const rows = rowsOf(group);
  if (!rows.length) {
    return;
  }
  rows.forEach(equip);
  inOrderOf(group, byNumber);
  const enough = rows.length > 1;
  group.classList.toggle("order-alone", !enough);
  rowsOf(group).forEach((row, index) => {
    row.querySelector(".order-up").disabled = index === 0;
    row.querySelector(".order-down").disabled = index === rows.length - 1;
  });
}

function groups() {
  return document.querySelectorAll(".inline-group");
}

if (announcer && words) {
  groups().forEach(begin);
  document.addEventListener("formset:added", (event) => {
    const group = event.target.closest(".inline-group");
    if (group && event.target.querySelector(NUMBER)) {
      // The new row comes last. Numbers typed into the others by hand stay, and their rows go where they say.
      numberOf(event.target).value ||= Math.max(0, ...rowsOf(group).map((row) => Number(numberOf(row).value))) + 1;
      begin(group);
    }
  });
  // Who leaves a number by a click gets that click: what is below the pointer moves when it is done, or before it sends.
  let pressed = false;
  let waiting = () => {};
  const settle = () => {
    waiting();
    waiting = () => {};
  };
  document.addEventListener("change", (event) => {
    const row = event.isTrusted && event.target.matches(NUMBER) && event.target.closest(ROW);
    const number = Number(event.target.value);
    if (row && number >= 1) {
      settle();
      waiting = () => moveTo(row, number);
      if (!pressed) {
        setTimeout(settle); // once the focus is where it goes
      }
    }
  });
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => {
      pressed = false;
      setTimeout(settle);
    }, true);
  }
  document.addEventListener("submit", settle, true);
  // Django numbers the names of the fields anew when a row is taken away, by the order in which the rows stand: for
  // that moment they stand as they came.
  document.addEventListener("click", (event) => {
    const group = event.target.closest?.(".inline-deletelink") && event.target.closest(".inline-group");
    if (group && rowsOf(group).length) {
      inOrderOf(group, byIndex);
      setTimeout(() => begin(group));
    }
  }, true);
}
