// A unit's tab as a grid: keyboard and mouse, typing, the check beside the rows, saving. No library, nothing from elsewhere.

const version = new URL(import.meta.url).search;
const { TooMuchError, readPasted, trimmed, writeHtml, writeText } = await import(`./editor-clipboard.js${version}`);
const { Steps } = await import(`./editor-steps.js${version}`);
const { Titles, numbersRows, ownRows, withoutHeader } = await import(`./editor-titles.js${version}`);
const { Saving, ask, browserStore, keyOf, placeOf } = await import(`./editor-saving.js${version}`);

const LONGEST_CELL = 50_000;
const CHECK_DELAY = 250;
const ROWS_ALWAYS_PRINTED = 3;
const PAGE_ROWS = 12;
const GRADES = ["says-error", "says-warning", "says-ok"];

const byId = (id) => document.getElementById(id);
const [grid, frame, typing, suggestions] = ["grid", "frame", "typing", "suggestions"].map(byId);
const spoken = JSON.parse(byId("spoken").textContent);
const csrf = document.querySelector('meta[name="csrf-token"]').content;
const header = Number(grid.dataset.header);
const isTouch = matchMedia("(pointer: coarse)").matches;
const asCards = matchMedia("screen and (max-width: 760px)"); // a card a row: see editor.css
const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
const [ticked, unticked] = [new Set(spoken.ticks.yes), new Set(spoken.ticks.no)];
const tickWord = (text) => folded(text.slice(0, 40)).replace(/\s+/g, " ").replace(/^[ .!()]+|[ .,;:!()]+$/g, "");
const isYes = (text) => ticked.has(tickWord(text));
const isNo = (text) => unticked.has(tickWord(text)) || /^[\s.\-_,;:·•*]*$/.test(text);

function say(key, values = {}) {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, () => value), spoken.texts[key]);
}

// --- where cells stand -------------------------------------------------------------------------------------------

const at = new Map(); // key → the element that covers the place
const answers = new Map(); // row → its feedback cell
let summaryCell = null;
const [seenRows, seenColumns] = [new Set(), new Set()];
const entryLines = new Map(); // row → its line in the table

for (const cell of grid.querySelectorAll("td")) {
  const [row, column] = [Number(cell.dataset.r), Number(cell.dataset.c)];
  for (let down = 0; down < cell.rowSpan; down += 1) {
    for (let across = 0; across < cell.colSpan; across += 1) at.set(keyOf(row + down, column + across), cell);
  }
  seenRows.add(row);
  seenColumns.add(column);
  if (cell.parentElement.classList.contains("entry")) entryLines.set(row, cell.parentElement);
  if (cell.classList.contains("feedback")) {
    if (row < header) summaryCell ??= cell;
    else if (row > header) answers.set(row, cell);
  }
}
const rowNumbers = [...seenRows];
const columnNumbers = [...seenColumns].sort((one, other) => one - other);
const entryRows = [...entryLines.keys()];
const feedbackColumn = Number(grid.querySelector("td.feedback")?.dataset.c ?? -1);
const ownColumns = columnNumbers.filter((column) => column !== feedbackColumn);
const inputs = [...grid.querySelectorAll("td.open")];
// of cards: above the table one column of questions after the other, as they are shown
const partOf = (cell) => {
  if (cell.parentElement.classList.contains("beside")) return cell.classList.contains("second") ? 2 : 1;
  return cell.parentElement.classList.contains("head") ? 0 : 3;
};
const carded = [...inputs].sort((one, other) => partOf(one) - partOf(other));
const confirmCell = byId(grid.dataset.confirm || "none");
const [signerCell, signedCell] = [byId(grid.dataset.signer || "none"), grid.querySelector("[data-signed]")];
const apart = new RegExp(grid.dataset.apart);
const cellKey = (cell) => keyOf(cell.dataset.r, cell.dataset.c);
const isInput = (cell) => Boolean(cell?.classList.contains("open"));
const isTick = (cell) => cell.hasAttribute("data-tick");
const inputKeys = new Set(inputs.map(cellKey));
const cellOf = (key) => at.get(key);

// --- texts -------------------------------------------------------------------------------------------------------

let given; // the tab as it was last read
let givenTurns; // how often a save had begun or ended then: after another one, even the same version is news

const saving = new Saving({
  url: grid.dataset.cells,
  csrf,
  layout: grid.dataset.layout,
  header,
  store: browserStore(`tonghop.edit.${grid.dataset.keep}`),
  isInput: (key) => inputKeys.has(key),
  changed: showState,
  shown: (keys) => {
    drawCells(keys);
    drawConflicts();
    checkSoon();
    if (keys.length) activeCell().scrollIntoView({ block: "nearest", inline: "nearest" });
  },
  moved: () => location.reload(),
});

const textOf = (cell) => (isInput(cell) ? saving.text(cellKey(cell)) : cell.textContent);

/** Draw what cells say now, and what follows from it: who signs; blank rows at the end of the table are not printed. */
function drawCells(keys) {
  for (const key of keys) draw(key);
  drawMoreRows();
  if (signerCell && signedCell) signedCell.dataset.signed = textOf(signerCell).trim().split(apart).filter(Boolean).join("\n");
  const last = entryRows.findLast((row) => ownColumns.some((column) => filled(row, column))) ?? -1;
  for (const [row, line] of entryLines) line.classList.toggle("spare", row > Math.max(last, header + ROWS_ALWAYS_PRINTED));
}

function filled(row, column) {
  const cell = at.get(keyOf(row, column));
  const box = cell?.querySelector(".box");
  return box ? box.classList.contains("on") : Boolean(cell?.textContent.trim());
}

function draw(key) {
  const cell = cellOf(key);
  const text = saving.text(key);
  cell.classList.toggle("in-conflict", saving.conflicts.has(key));
  if (isTick(cell) && (isYes(text) || isNo(text))) {
    const box = document.createElement("span");
    const on = isYes(text);
    box.className = on ? "box on" : "box";
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", say(on ? "ticked" : "unticked"));
    cell.replaceChildren(box);
  } else if (isLink(text)) {
    if (cell.textContent !== text || cell.firstElementChild?.tagName !== "A") cell.replaceChildren(linkTo(text));
  } else if (cell.textContent !== text || cell.firstElementChild) {
    cell.textContent = text;
  }
  if (key === active) restText();
}

/** Return whether a cell holds one address of the web and nothing else; of any other kind none is opened. */
function isLink(text) {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

function linkTo(text) {
  const link = document.createElement("a");
  link.href = text;
  link.rel = "noopener noreferrer";
  link.target = "_blank";
  link.textContent = text;
  return link;
}

function wordsOf(cell) {
  if (cell.firstElementChild?.classList.contains("box")) return cell.firstElementChild.getAttribute("aria-label");
  return cell.textContent || say("blank");
}

/** Change cells as one step that can be undone; `base` is what a cell said when its editing began. */
function change(cells, { base } = {}) {
  const real = cells.filter(({ key, text }) => text !== saving.text(key));
  if (real.some(({ text }) => text.length > LONGEST_CELL)) {
    tell("too_long", {}, true);
    return false;
  }
  if (!real.length) return true;
  steps.add(real.map(({ key, text }) => ({ key, before: base ?? saving.text(key), text })));
  for (const { key, text } of real) saving.put(key, text, base);
  drawCells(real.map(({ key }) => key));
  afterChange();
  return true;
}

function drawButtons() {
  byId("undo").disabled = !steps.done.length;
  byId("redo").disabled = !steps.undone.length;
}

function afterChange() {
  drawButtons();
  saving.soon();
  checkSoon();
}

const steps = new Steps({
  layout: grid.dataset.layout,
  header,
  name: `tonghop.steps.${grid.dataset.keep}`,
  moved: (key, kept) => {
    const shift = kept.layout === grid.dataset.layout ? 0 : header - kept.header;
    const [row, column] = placeOf(key);
    const here = keyOf(row + shift, column);
    // cells moved, and not all of them alike
    return inputKeys.has(here) && (shift || kept.layout === grid.dataset.layout) ? here : null;
  },
});

function undo() {
  commit();
  retake(steps.back());
}

function redo() {
  commit();
  retake(steps.again());
}

/** Change cells back or again; what another person wrote into one since is asked about, as with whatever is typed. */
function retake(cells) {
  if (!cells.length) return;
  const open = cells.filter(({ key }) => saving.conflicts.has(key));
  // what was to be taken back was never written: the other person's text stays
  const settled = open.filter(({ key, from }) => saving.conflicts.get(key).mine === from && saving.isInput(key));
  for (const { key } of settled) saving.settle(key);
  const left = cells.filter((cell) => !open.includes(cell) && cell.to !== saving.text(cell.key));
  for (const { key, from, to } of left) saving.put(key, to, from);
  drawCells(cells.map(({ key }) => key));
  if (settled.length) drawConflicts();
  select(cells[0].key);
  afterChange();
  announce(say("retaken", { count: left.length + settled.length }));
}

// --- selection ---------------------------------------------------------------------------------------------------

let active = cellKey(inputs.find((cell) => !cell.parentElement.classList.contains("head")) ?? inputs[0]);
let anchor = active; // the other corner of the selection
let tabbedFrom = null; // the column where a run of Tab began
let leaving = false; // Esc was pressed: the next Tab leaves the grid

const activeCell = () => cellOf(active);

function corners() {
  const [[top, left], [bottom, right]] = [placeOf(anchor), placeOf(active)];
  return [Math.min(top, bottom), Math.max(top, bottom), Math.min(left, right), Math.max(left, right)];
}

function chosenCells() {
  const [top, bottom, left, right] = corners();
  const cells = new Set();
  for (const row of rowNumbers) {
    if (row < top || row > bottom) continue;
    for (const column of columnNumbers) {
      const cell = column >= left && column <= right ? at.get(keyOf(row, column)) : null;
      if (cell) cells.add(cell);
    }
  }
  return cells;
}

let marked = new Set();

function select(key, { extend = false, focus = true, scroll = focus } = {}) {
  const cell = cellOf(key);
  if (!cell) return;
  commit();
  if (editing) return;
  openCard(cell.parentElement);
  active = cellKey(cell);
  if (!extend) anchor = active;
  grid.querySelector("td.active")?.classList.remove("active");
  const chosen = chosenCells();
  for (const old of marked) {
    old.classList.remove("chosen");
    old.removeAttribute("aria-selected");
  }
  for (const now of chosen) {
    now.setAttribute("aria-selected", "true");
    if (chosen.size > 1) now.classList.add("chosen");
  }
  marked = chosen;
  cell.classList.add("active");
  rest(focus, scroll);
}

/** Put the typing field, unseen, over the active cell: whatever is typed replaces what the cell says. */
function rest(focus = true, scroll = focus) {
  const cell = activeCell();
  typing.classList.remove("editing");
  typing.hidden = false;
  place(cell);
  restText();
  byId("cell-name").textContent = cell.id;
  byId("cell-hint").textContent = isInput(cell) ? [cell.dataset.label, spoken.hints[cell.dataset.hint]].filter(Boolean).join(": ") : "";
  drawAnswer(cell);
  typing.setAttribute("aria-activedescendant", cell.id);
  if (!focus) return;
  typing.focus({ preventScroll: true });
  if (scroll) bringIntoSight(cell);
  announce(`${nameOf(cell)}. ${answerOf(cell)}`);
}

function bringIntoSight(cell) {
  cell.scrollIntoView({ block: "nearest", inline: cell.colSpan > 2 ? "start" : "nearest" });
}

function nameOf(cell) {
  const parts = [say("cell", { cell: cell.id }), cell.dataset.label, wordsOf(cell), isInput(cell) ? "" : say("locked_cell")];
  return parts.filter(Boolean).join(", ");
}

const answerOf = (cell) => answers.get(Number(cell.dataset.r))?.textContent ?? "";

function drawAnswer(cell) {
  const answer = byId("cell-answer");
  answer.textContent = answerOf(cell);
  for (const grade of GRADES) answer.classList.toggle(grade, Boolean(answers.get(Number(cell.dataset.r))?.classList.contains(grade)));
}

function restText() {
  if (editing) return;
  typing.value = textOf(activeCell()) || " ";
  typing.setAttribute("aria-label", nameOf(activeCell()));
  if (document.activeElement === typing) typing.select();
}

function place(cell) {
  const [box, outer] = [cell.getBoundingClientRect(), frame.getBoundingClientRect()];
  const question = questionHeight(cell);
  typing.style.left = `${box.left - outer.left + frame.scrollLeft - frame.clientLeft}px`;
  typing.style.top = `${box.top + question - outer.top + frame.scrollTop - frame.clientTop}px`;
  typing.style.width = `${box.width}px`;
  typing.style.height = `${Math.min(box.height - question, frame.clientHeight - 80)}px`;
}

/** Return how much of a card's cell its question takes: what is typed stands under it. */
function questionHeight(cell) {
  const isAsked = asCards.matches && isInput(cell) && entryLines.has(Number(cell.dataset.r));
  return isAsked ? Number.parseFloat(getComputedStyle(cell, "::before").height) + 5 : 0;
}

// --- cards -------------------------------------------------------------------------------------------------------

/** Show a blank row at the end of the table that is not shown as a card yet. */
function openCard(line) {
  if (line.classList.contains("entry")) line.classList.add("opened");
  drawMoreRows();
}

function nextCard() {
  return [...entryLines.values()].find((line) => line.classList.contains("spare") && !line.classList.contains("opened"));
}

function drawMoreRows() {
  byId("more-rows").hidden = !nextCard();
  byId("send-below").hidden = !isInput(confirmCell) || isYes(textOf(confirmCell));
}

byId("more-rows").addEventListener("click", () => {
  const first = nextCard()?.querySelector("td.open");
  if (first) select(cellKey(first));
});

function show(key) {
  select(key);
}

function step(numbers, from, by) {
  const index = numbers.indexOf(from);
  return numbers[Math.min(Math.max(index + by, 0), numbers.length - 1)];
}

/** Go by rows and columns, over what a merged cell covers. */
function go(rows, columns, extend = false) {
  const cell = activeCell();
  const [row, column] = placeOf(active);
  const lastRow = rows > 0 ? row + cell.rowSpan - 1 : row;
  const lastColumn = columns > 0 ? column + cell.colSpan - 1 : column;
  select(keyOf(rows ? step(rowNumbers, lastRow, rows) : row, columns ? step(columnNumbers, lastColumn, columns) : column), { extend });
}

/** Go to the edge of what is filled, as Ctrl with an arrow does. */
function leap(rows, columns, extend) {
  let [row, column] = placeOf(active);
  const next = () => [rows ? step(rowNumbers, row, rows) : row, columns ? step(columnNumbers, column, columns) : column];
  const startsFilled = filled(row, column) && filled(...next());
  for (;;) {
    const [nextRow, nextColumn] = next();
    if (nextRow === row && nextColumn === column) break;
    if (startsFilled && !filled(nextRow, nextColumn)) break;
    [row, column] = [nextRow, nextColumn];
    if (!startsFilled && filled(row, column)) break;
  }
  select(keyOf(row, column), { extend });
}

/** Go to the next cell that can be filled in, row by row; false at the end. */
function tab(by) {
  const ordered = asCards.matches ? carded : inputs;
  const index = ordered.indexOf(activeCell());
  const [row, column] = placeOf(active);
  const after = (cell) => Number(cell.dataset.r) > row || (Number(cell.dataset.r) === row && Number(cell.dataset.c) > column);
  const target = index >= 0 ? ordered[index + by] : by > 0 ? inputs.find(after) : inputs.findLast((cell) => !after(cell));
  if (!target) return false;
  tabbedFrom ??= column;
  const kept = tabbedFrom;
  select(cellKey(target));
  tabbedFrom = kept;
  return true;
}

function enter(by) {
  // what is below is the next question, not the row after it
  if (asCards.matches && tab(by)) return;
  const [row, column] = placeOf(active);
  const home = tabbedFrom ?? column;
  tabbedFrom = null;
  const last = by > 0 ? row + activeCell().rowSpan - 1 : row;
  select(keyOf(step(rowNumbers, last, by), home));
}

// --- editing -----------------------------------------------------------------------------------------------------

let editing = null; // {key, base, typed}: typed means that arrows leave the cell

function startEditing(text, typed) {
  const cell = activeCell();
  if (!isInput(cell) || isTick(cell)) {
    restText();
    if (!isInput(cell)) tell("read_only");
    return;
  }
  anchor = active;
  editing = { key: active, base: saving.text(active), typed };
  typing.classList.add("editing");
  if (text !== undefined && typing.value !== text) typing.value = text;
  typing.focus({ preventScroll: true });
  if (!typed) typing.setSelectionRange(typing.value.length, typing.value.length);
  fit();
  suggest(typed);
}

function fit() {
  const cell = cellOf(editing.key);
  place(cell);
  const width = Math.min(Math.max(cell.offsetWidth, 180), frame.clientWidth - 12);
  typing.style.width = `${width}px`;
  // on a small screen the field moves into sight rather than the sheet under it
  typing.style.left = `${Math.min(typing.offsetLeft, frame.scrollLeft + frame.clientWidth - width - 6)}px`;
  typing.style.height = "auto";
  typing.style.height = `${Math.max(cell.offsetHeight - questionHeight(cell), typing.scrollHeight)}px`;
  suggestions.style.left = typing.style.left;
  suggestions.style.top = `${typing.offsetTop + typing.offsetHeight}px`;
}

function commit() {
  if (!editing) return;
  const { key, base } = editing;
  const text = typing.value.replace(/\r\n?/g, "\n");
  if (text.length > LONGEST_CELL) {
    // kept in the field: nothing that was typed is cut off
    tell("too_long", {}, true);
    return;
  }
  endEditing();
  change([{ key, text }], { base });
}

function endEditing() {
  editing = null;
  typing.classList.remove("editing");
  suggestions.hidden = true;
  rest(document.activeElement === typing);
  if (reloadWhenDone) location.reload();
}

function cancel() {
  endEditing();
  checkSoon();
}

typing.addEventListener("beforeinput", (event) => {
  if (editing || event.isComposing) return;
  if (!isInput(activeCell()) || isTick(activeCell())) {
    event.preventDefault();
    if (!isInput(activeCell())) tell("read_only");
  }
});
typing.addEventListener("input", () => {
  if (!editing) startEditing(undefined, true);
  if (!editing) return;
  fit();
  suggest(true);
  checkSoon();
});
typing.addEventListener("focus", () => {
  if (!editing) restText();
});
typing.addEventListener("blur", () => {
  leaving = false;
});

// --- suggestions -------------------------------------------------------------------------------------------------

function suggest(narrowed) {
  const cell = cellOf(editing.key);
  const all = spoken.choices[cell.dataset.choices] ?? [];
  const wanted = folded(typing.value.trim());
  const fitting = narrowed ? all.filter((text) => folded(text).includes(wanted) && text !== typing.value) : all;
  suggestions.replaceChildren(
    ...fitting.map((text, index) => {
      const entry = document.createElement("li");
      entry.id = `suggestion-${index}`;
      entry.setAttribute("role", "option");
      entry.setAttribute("aria-selected", "false");
      entry.textContent = text;
      return entry;
    }),
  );
  suggestions.hidden = !fitting.length;
}

const suggested = () => (suggestions.hidden ? null : suggestions.querySelector('[aria-selected="true"]'));

function moveSuggestion(by) {
  const entries = [...suggestions.children];
  const index = entries.indexOf(suggested());
  entries[index]?.setAttribute("aria-selected", "false");
  const next = entries[Math.min(Math.max(index + by, 0), entries.length - 1)];
  next.setAttribute("aria-selected", "true");
  typing.setAttribute("aria-activedescendant", next.id);
  announce(next.textContent);
}

suggestions.addEventListener("pointerdown", (event) => {
  const entry = event.target.closest("li");
  if (!entry) return;
  event.preventDefault();
  typing.value = entry.textContent;
  commit();
});

// --- keys --------------------------------------------------------------------------------------------------------

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

typing.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  const used = editing ? editingKey(event) : restingKey(event);
  if (used) event.preventDefault();
  if (event.key !== "Escape" && event.key !== "Shift") leaving = false;
});

function editingKey(event) {
  const { key } = event;
  if (key === "Enter" && (event.altKey || event.ctrlKey || event.metaKey)) {
    typing.setRangeText("\n", typing.selectionStart, typing.selectionEnd, "end");
    fit();
    checkSoon();
    return true;
  }
  if (key === "Escape") {
    if (suggestions.hidden || editing.typed) cancel();
    else suggestions.hidden = true;
    return true;
  }
  if (!suggestions.hidden && (key === "ArrowDown" || key === "ArrowUp") && (key === "ArrowDown" || suggested())) {
    moveSuggestion(key === "ArrowDown" ? 1 : -1);
    return true;
  }
  if (key === "Enter" || key === "Tab") {
    const pick = suggested();
    if (pick) typing.value = pick.textContent;
    commit();
    if (editing) return true;
    if (key === "Enter") enter(event.shiftKey ? -1 : 1);
    else tab(event.shiftKey ? -1 : 1);
    return true;
  }
  if (key === "F2") {
    editing.typed = false;
    return true;
  }
  if (editing.typed && ARROWS[key] && !event.shiftKey && !event.ctrlKey) {
    commit();
    if (!editing) go(...ARROWS[key]);
    return true;
  }
  return false;
}

function restingKey(event) {
  if (event.ctrlKey || event.metaKey) return commandKey(event);
  const { key, shiftKey } = event;
  if (key === "Tab") {
    if (leaving) return false;
    return tab(shiftKey ? -1 : 1);
  }
  if (key === "ArrowDown" && event.altKey && activeCell().dataset.choices) {
    startEditing(textOf(activeCell()), false);
    return true;
  }
  if (event.altKey) return key === "Enter";
  if (ARROWS[key]) {
    tabbedFrom = null;
    go(...ARROWS[key], shiftKey);
    return true;
  }
  return plainKey(key, shiftKey);
}

function plainKey(key, extend) {
  const [row, column] = placeOf(active);
  const plain = {
    Enter: () => enter(extend ? -1 : 1),
    F2: () => startEditing(textOf(activeCell()), false),
    Home: () => select(keyOf(row, columnNumbers[0]), { extend }),
    End: () => select(keyOf(row, ownColumns.at(-1)), { extend }),
    PageDown: () => select(keyOf(step(rowNumbers, row, PAGE_ROWS), column), { extend }),
    PageUp: () => select(keyOf(step(rowNumbers, row, -PAGE_ROWS), column), { extend }),
    Delete: clearChosen,
    Backspace: clearChosen,
    Escape: () => {
      leaving = true;
      announce(say("leave"));
    },
  };
  if (key === " " && isInput(activeCell()) && isTick(activeCell())) {
    toggle(activeCell());
    return true;
  }
  if (!plain[key]) return false;
  plain[key]();
  return true;
}

function commandKey(event) {
  const { key, shiftKey } = event;
  const letter = key.toLowerCase();
  if (ARROWS[key]) {
    leap(...ARROWS[key], shiftKey);
    return true;
  }
  const edges = { Home: inputs[0], End: byLastFilled() };
  if (edges[key]) {
    select(cellKey(edges[key]), { extend: shiftKey });
    return true;
  }
  if (letter === "z" || letter === "y") {
    if (letter === "y" || shiftKey) redo();
    else undo();
    return true;
  }
  if (letter === "a" && entryRows.length) {
    select(keyOf(entryRows.at(-1), ownColumns.at(-1)));
    anchor = keyOf(entryRows[0], ownColumns[0]);
    select(active, { extend: true });
    return true;
  }
  return false;
}

function byLastFilled() {
  const row = entryRows.findLast((number) => ownColumns.some((column) => filled(number, column))) ?? entryRows[0];
  return at.get(keyOf(row, ownColumns.at(-1)));
}

function clearChosen() {
  const cells = [...chosenCells()].filter(isInput).map((cell) => ({ key: cellKey(cell), text: isTick(cell) ? "FALSE" : "" }));
  if (!cells.length) tell("read_only");
  change(cells);
}

// --- ticks and sending -------------------------------------------------------------------------------------------

function toggle(cell) {
  const on = isYes(saving.text(cellKey(cell)));
  if (!on && cell === confirmCell) {
    askToSend();
    return;
  }
  change([{ key: cellKey(cell), text: on ? "FALSE" : "TRUE" }]);
  announce(wordsOf(cell));
  if (on && cell === confirmCell) tell("unsent");
}

const dialog = byId("sending");

async function askToSend() {
  commit();
  byId("sending-lines").replaceChildren(lineOf(say("sending_now")));
  dialog.showModal();
  byId("not-yet").focus();
  if (!(await check())) byId("sending-lines").replaceChildren(lineOf(say("send_offline")));
}

function sendingLines(sending) {
  const lines = [lineOf(say("send_accepted", { count: sending.accepted }))];
  const shown = sending.rejected.slice(0, 20);
  const listed = (numbers) => numbers.join(", ") + (sending.rejected.length > shown.length ? "…" : "");
  const rows = { places: listed(shown.map((row) => entryRows.indexOf(row - 1) + 1)), rows: listed(shown) };
  if (shown.length) lines.push(lineOf(say("send_rejected", { count: sending.rejected.length, ...rows }), "bad"));
  else lines.push(lineOf(say("send_no_rejected")));
  // with nothing to report no document is asked for
  if (sending.needs_document && (sending.has_document || !sending.nil)) {
    lines.push(sending.has_document ? lineOf(say("send_document")) : lineOf(say("send_no_document"), "bad"));
  }
  if (sending.nil) lines.push(lineOf(say("send_nil")));
  return [...lines, lineOf(say("send_verdict", { verdict: sending.verdict }), "verdict")];
}

function lineOf(text, name = "") {
  const line = document.createElement("li");
  line.className = name;
  line.textContent = text;
  return line;
}

byId("send").addEventListener("click", () => {
  dialog.close();
  select(cellKey(confirmCell));
  change([{ key: cellKey(confirmCell), text: "TRUE" }]);
  saving.flush();
});
byId("send-below").addEventListener("click", askToSend);
byId("not-yet").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => typing.focus({ preventScroll: true }));

// --- clipboard ---------------------------------------------------------------------------------------------------

function copyTo(event) {
  const [top, bottom, left, right] = corners();
  const rows = rowNumbers
    .filter((row) => row >= top && row <= bottom)
    .map((row) => columnNumbers.filter((column) => column >= left && column <= right).map((column) => copiedText(row, column)));
  event.clipboardData.setData("text/plain", writeText(rows));
  event.clipboardData.setData("text/html", writeHtml(rows));
  event.preventDefault();
  announce(say("copied", { count: rows.length * rows[0].length }));
}

function copiedText(row, column) {
  const cell = at.get(keyOf(row, column));
  return cell && cellKey(cell) === keyOf(row, column) ? textOf(cell) : "";
}

typing.addEventListener("copy", (event) => {
  if (!editing) copyTo(event);
});
typing.addEventListener("cut", (event) => {
  if (editing) return;
  copyTo(event);
  clearChosen();
});
typing.addEventListener("paste", (event) => {
  if (editing && !event.clipboardData.getData("text/html")) return;
  event.preventDefault();
  receive(event.clipboardData);
});
// a table that is dragged here from another window goes where it is dropped, and stays there too
frame.addEventListener("dragover", (event) => {
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
});
frame.addEventListener("drop", (event) => {
  const cell = event.target.closest("td");
  if (editing && event.target === typing) return;
  event.preventDefault();
  if (cell) select(cellKey(cell));
  if (!editing) receive(event.dataTransfer);
});

/** Paste what another program put on the clipboard, or was dragged here. */
function receive(data) {
  const [html, words] = [data.getData("text/html"), data.getData("text/plain")];
  const files = [...data.items].filter((item) => item.kind === "file");
  if (!html && !words && files.some((file) => !file.type.startsWith("image/"))) {
    tell("paste_file", {}, true);
    return;
  }
  let pasted;
  try {
    pasted = readPasted(html, words);
  } catch (error) {
    if (!(error instanceof TooMuchError)) throw error;
    tell("paste_too_much", {}, true);
    return;
  }
  const { tables, left, isPlain } = pasted;
  if (!html) left.images += files.filter((file) => file.type.startsWith("image/")).length;
  if (editing) pasteWords(trimmed(tables.flat()), isPlain ? words : "", left);
  else if (!trimmed(tables.flat()).length) tellNothing(left);
  else paste(tables, left);
}

/** Put what was pasted into the text that is being typed, a row a line; the browser keeps its own steps back there. */
function pasteWords(rows, words, left) {
  const text = words || rows.map((row) => row.filter(Boolean).join(" ")).join("\n");
  document.execCommand("insertText", false, text.replace(/\r\n?/g, "\n"));
  const notes = leftOut(left);
  if (notes.length) tellText(notes.join(" "), false, true);
}

function tellNothing(left) {
  const reasons = leftOut(left);
  tellText([say(left.images ? "paste_image" : "paste_nothing"), ...(left.images ? [] : reasons)].join(" "), true);
}

/** Say what of the copied content is not pasted, and why. */
function leftOut({ deleted, hidden, beside, images, narrow, dates, unsure }) {
  const notes = { paste_deleted: deleted, paste_hidden: hidden, paste_beside: beside, paste_images: images, paste_narrow: narrow };
  const said = Object.entries({ ...notes, paste_dates: dates, paste_unsure: unsure }).filter(([, count]) => count);
  return said.map(([key, count]) => say(key, { count }));
}

const titles = new Titles(spoken.columns);
const columnOfKey = new Map(); // key → where the column is on this tab
for (const [index, key] of titles.columnsOf(ownColumns.map((column) => at.get(keyOf(header, column))?.textContent ?? ""))) {
  columnOfKey.set(key, ownColumns[index]);
}

function paste(tables, left) {
  const headed = header >= 0 && entryRows.length ? withoutHeader(tables, titles) : null;
  if (headed) {
    pasteByTitles(headed, left);
    return;
  }
  const rows = trimmed(tables.flat());
  const [top, bottom, start, right] = corners();
  if (rows.length === 1 && rows[0].length === 1 && chosenCells().size > 1) {
    const filledIn = rowNumbers.filter((row) => row >= top && row <= bottom).map(() => Array(right - start + 1).fill(rows[0][0]));
    put(filledIn, top, start, leftOut(left));
    return;
  }
  const ordinals = columnOfKey.get(spoken.ordinal);
  const isBesideOrdinals = top > header && ownColumns[ownColumns.indexOf(start) - 1] === ordinals && rows[0].length > 1;
  if (isBesideOrdinals && inputKeys.has(keyOf(top, ordinals)) && numbersRows(rows)) {
    placeRows(rows, top, ordinals, [say("paste_ordinals"), ...leftOut(left)]);
  } else {
    placeRows(rows, top, start, leftOut(left));
  }
}

/** Put each pasted column under its own title, from the chosen row on; chosen above the table, after what is filled. */
function pasteByTitles({ columns, rows, above, beside, unknown }, left) {
  const [chosen] = corners();
  const lastFilled = entryRows.findLast((row) => ownColumns.some((column) => filled(row, column))) ?? header;
  const isFixed = ownColumns.some(isGiven);
  const top = chosen > header ? chosen : isFixed ? entryRows[0] : (entryRows.find((row) => row > lastFilled) ?? entryRows.at(-1) + 1);
  const places = [...columns].map(([index, key]) => [index, columnOfKey.get(key)]).filter(([, column]) => column !== undefined);
  const first = Math.min(...places.map(([, column]) => column));
  const width = ownColumns.indexOf(Math.max(...places.map(([, column]) => column))) - ownColumns.indexOf(first) + 1;
  const lines = rows.map((cells) => {
    const line = Array(width).fill(null); // null: nothing was copied for this column
    for (const [index, column] of places) line[ownColumns.indexOf(column) - ownColumns.indexOf(first)] = cells[index] ?? "";
    return line;
  });
  const kept = lines.slice(0, lines.findLastIndex((line) => line.some((text) => text?.trim())) + 1);
  const notes = [say("paste_header"), ...(above ? [say("paste_above", { count: above })] : [])];
  const ours = new Set(columnNumbers.filter((column) => column === feedbackColumn).map((column) => at.get(keyOf(header, column))?.textContent));
  const strange = unknown.filter((title) => !ours.has(title)).map((title) => (title ? `“${title.slice(0, 60)}”` : say("blank")));
  const more = strange.length > 5 ? ", …" : "";
  if (strange.length) notes.push(say("paste_unknown", { titles: strange.slice(0, 5).join(", ") + more }));
  notes.push(...leftOut({ ...left, beside: left.beside + beside }));
  if (kept.length && places.length) placeRows(kept, top, first, notes);
  else tellText([say("paste_nothing"), ...notes].join(" "), true);
}

// a column whose words the form gives, row by row
const isGiven = (column) => entryRows.every((row) => !inputKeys.has(keyOf(row, column)));

/** Put rows of a form that gives its rows beside their own words, wherever they come in what was pasted. */
function placeGivenRows(rows, top, left, notes) {
  const columns = ownColumns.slice(ownColumns.indexOf(left), ownColumns.indexOf(left) + rows[0].length);
  const given = columns.filter(isGiven);
  const own = entryRows.map((row) => new Map(given.map((column) => [columns.indexOf(column), at.get(keyOf(row, column))?.textContent ?? ""])));
  const found = top > header && given.length ? ownRows(rows.map((line) => line.map((text) => text ?? "")), own) : null;
  if (!found) return false;
  const asked = rows.map((line) => line.map((text, index) => (isGiven(columns[index]) ? null : text)));
  const lines = entryRows.map((_, number) => asked[found.indexOf(number)] ?? rows[0].map(() => null));
  const strange = rows.filter((line, index) => found[index] < 0 && line.some((text) => text?.trim()));
  const words = strange.slice(0, 3).map((line) => `“${line.filter((text) => text?.trim()).join(" ").slice(0, 60)}”`);
  const note = say("paste_strange_rows", { count: strange.length, rows: words.join(", ") });
  put(lines, entryRows[0], left, strange.length ? [...notes, note] : notes);
  return true;
}

function placeRows(rows, top, left, notes) {
  if (placeGivenRows(rows, top, left, notes)) return;
  const place = { cell: cellOf(keyOf(top, left))?.id ?? "" };
  const room = { rows: rowRoom(top), columns: ownColumns.filter((column) => column >= left).length };
  if (top > header && rows.length > entryRows.length) tell("paste_rows_beyond", { rows: rows.length, room: entryRows.length }, true);
  else if (rows.length > room.rows && !room.rows) tell("paste_full", {}, true);
  else if (rows.length > room.rows) tell("paste_rows", { ...place, rows: rows.length, room: room.rows }, true);
  else if (rows[0].length > room.columns) tell("paste_columns", { ...place, columns: rows[0].length, room: room.columns }, true);
  else put(rows, top, left, notes);
}

// how many rows there are from here to the end of the table, or of what stands above it
function rowRoom(top) {
  return rowNumbers.filter((row) => row >= top && (top > header ? entryRows.includes(row) : row < header)).length;
}

function put(rows, top, left, notes) {
  const [rowsHere, columnsHere] = [rowNumbers.slice(rowNumbers.indexOf(top)), columnNumbers.slice(columnNumbers.indexOf(left))];
  const cells = [];
  let locked = 0;
  rows.forEach((line, down) =>
    line.forEach((text, across) => {
      const key = keyOf(rowsHere[down], columnsHere[across]);
      const cell = at.get(key);
      if (text === null) return;
      if (inputKeys.has(key)) cells.push({ key, text: isTick(cell) ? tickText(text) : text });
      else if (text.trim() && text.trim() !== cell?.textContent.trim()) locked += 1;
    }),
  );
  const confirming = cells.findIndex(({ key, text }) => cellOf(key) === confirmCell && text === "TRUE" && !isYes(textOf(confirmCell)));
  if (confirming >= 0) cells.splice(confirming, 1);
  const replaced = cells.length > 1 ? cells.filter(({ key, text }) => isReplaced(key, text)).length : 0;
  if (!change(cells)) return;
  if (replaced) notes = [...notes, say("paste_replaced", { count: replaced })];
  anchor = keyOf(top, left);
  select(keyOf(rowsHere[rows.length - 1], columnsHere[rows[0].length - 1]), { extend: true });
  // the pasted block's first cell is the one to go on from
  [active, anchor] = [keyOf(top, left), active];
  select(active, { extend: true });
  if (!cells.length && locked) tell("read_only", {}, true);
  else {
    const height = rows.filter((line) => line.some((text) => text !== null)).length;
    const width = rows[0].filter((_, column) => rows.some((line) => line[column] !== null)).length;
    const said = locked ? say("paste_locked", { count: locked }) : say("pasted", { rows: height, columns: width });
    tellText([said, ...notes].join(" "), false, notes.length > 0);
  }
  if (confirming >= 0) askToSend();
}

function isReplaced(key, text) {
  const before = saving.text(key).trim();
  return before && before !== text.trim() && !(isTick(cellOf(key)) && isNo(before));
}

function tickText(text) {
  if (isYes(text)) return "TRUE";
  return isNo(text) ? "FALSE" : text;
}

// --- mouse and touch ---------------------------------------------------------------------------------------------

// What the button went down on, and where. The sheet may move before the button is up: a cell that was being typed into
// grows when it is left. What was pressed is what is clicked, and what moves under a still pointer is no drag.
let pressed = null;
let isClickDone = false;

grid.addEventListener("pointerdown", (event) => {
  isClickDone = false;
  const cell = event.target.closest("td");
  if (!cell || event.pointerType === "touch" || event.button !== 0) return;
  event.preventDefault();
  commit();
  if (editing) return;
  pressed = { cell, isBox: Boolean(event.target.closest(".box")), x: event.clientX, y: event.clientY };
  tabbedFrom = null;
  // it is brought into sight once the button is up
  select(cellKey(cell), { extend: event.shiftKey, scroll: false });
});
grid.addEventListener("pointerover", (event) => {
  const cell = event.target.closest("td");
  if (pressed && cell && cellKey(cell) !== active && isDrag(event)) select(cellKey(cell), { extend: true });
});
addEventListener("pointerup", (event) => {
  if (!pressed) return;
  const { cell, isBox } = pressed;
  const isClick = !isDrag(event);
  pressed = null;
  if (!isClick) return;
  isClickDone = true;
  bringIntoSight(activeCell());
  if (isBox && isInput(cell) && isTick(cell)) toggle(cell);
});
addEventListener("pointercancel", () => {
  pressed = null;
});
addEventListener("click", () => {
  isClickDone = false;
});
grid.addEventListener("click", (event) => {
  const heading = event.target.closest("th");
  if (heading) selectRow(heading);
  if (event.target.closest("td a")) {
    // on a card a tap opens it; in the grid a click is for the cell, as in a spreadsheet
    if (asCards.matches || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
  }
  const cell = event.target.closest("td");
  if (!cell || isClickDone) return;
  const isTouched = event.pointerType === "touch";
  if (isTouched) select(cellKey(cell));
  if (isInput(cell) && isTick(cell) && event.target.closest(".box")) toggle(cell);
  else if (isTouched && isInput(cell) && !isTick(cell)) startEditing(textOf(cell), false);
});

function isDrag(event) {
  return Math.abs(event.clientX - pressed.x) + Math.abs(event.clientY - pressed.y) > 4;
}

grid.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("td");
  if (cell && isInput(cell)) startEditing(textOf(cell), false);
});

function selectRow(heading) {
  const row = Number(heading.nextElementSibling.dataset.r);
  select(keyOf(row, ownColumns.at(-1)));
  anchor = keyOf(row, ownColumns[0]);
  select(active, { extend: true });
}

// --- the check beside the rows -----------------------------------------------------------------------------------

let checkTimer = 0;
let checkNumber = 0;
let isUnchecked = true;

function checkSoon() {
  isUnchecked = true;
  clearTimeout(checkTimer);
  checkTimer = setTimeout(check, CHECK_DELAY);
}

/** Check the grid as it stands here and show what was found; return whether the server could be reached. */
async function check() {
  clearTimeout(checkTimer);
  checkNumber += 1;
  const number = checkNumber;
  try {
    const { status, answer } = await ask(grid.dataset.check, csrf, { cells: allTexts(), merges: given.merges, columns: given.columns });
    if (status === 200 && number === checkNumber) {
      isUnchecked = false;
      showCheck(answer);
    }
    return status === 200;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return false;
    throw error;
  }
}

function allTexts() {
  const rows = given.cells.map((line) => [...line]);
  const write = (row, column, text) => {
    while (rows.length <= row) rows.push([]);
    while (rows[row].length < column) rows[row].push("");
    rows[row][column] = text;
  };
  for (const key of inputKeys) {
    const [row, column] = placeOf(key);
    const text = editing?.key === key ? typing.value.slice(0, LONGEST_CELL) : saving.text(key);
    if (text || rows[row]?.[column]) write(row, column, text);
  }
  return rows;
}

function showCheck({ summary, rows, cells, sending }) {
  if (dialog.open) byId("sending-lines").replaceChildren(...sendingLines(sending));
  if (summaryCell && summaryCell.textContent !== summary) {
    summaryCell.textContent = summary;
    announce(summary.split("\n")[0]);
  }
  const said = new Map(rows.map((answer) => [answer.row - 1, answer]));
  for (const [row, cell] of answers) showAnswer(row, cell, said.get(row) ?? { text: "", grade: "" });
  for (const cell of inputs) {
    const severity = cells[cell.id] ?? "";
    cell.classList.toggle("has-error", severity === "error");
    cell.classList.toggle("has-warning", severity === "warning");
    if (severity === "error") cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }
  drawAnswer(activeCell());
}

/** Return an answer that stays in sight while a high row goes by. */
function answerIn(text) {
  const answer = document.createElement("span");
  answer.className = "answer";
  answer.textContent = text;
  return answer;
}

function showAnswer(row, cell, { text, grade }) {
  for (const name of GRADES) cell.classList.toggle(name, name === grade);
  if (cell.textContent === text) return;
  cell.replaceChildren(...(text ? [answerIn(text)] : []));
  if (row === placeOf(active)[0] && text) announce(text);
}

// --- others ------------------------------------------------------------------------------------------------------

let reloadWhenDone = false;

async function poll() {
  if (saving.state === "signed_out") return;
  const turns = saving.turns;
  const since = turns === givenTurns ? given.version : "";
  try {
    const { status, answer } = await ask(`${grid.dataset.cells}?since=${encodeURIComponent(since)}`, csrf);
    if (status === 401) saving.tell("signed_out");
    if (status === 403) saving.tell("shut_out", answer.error);
    if (status !== 200) return;
    // let in again, with another session: what is kept on this computer is sent by the page as it is then
    if (saving.state === "shut_out") return void location.reload();
    if (saving.state === "unsaved") saving.flush();
    if (isUnchecked) check();
    if (answer.unchanged || turns !== saving.turns || saving.sending.size) return;
    if (answer.layout !== saving.layout) reload();
    else takeOthers(answer);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
  }
}

function reload() {
  saving.keep();
  if (editing) reloadWhenDone = true;
  else location.reload();
}

/** Take what the tab says now; return the cells that say something else than before. */
function take(answer) {
  given = answer;
  givenTurns = saving.turns;
  const texts = new Map();
  for (const key of inputKeys) {
    const [row, column] = placeOf(key);
    texts.set(key, answer.cells[row]?.[column] ?? "");
  }
  return saving.take(texts);
}

function takeOthers(answer) {
  const changed = take(answer);
  if (!changed.length) return;
  drawCells(changed);
  if (changed.some((key) => saving.conflicts.has(key))) drawConflicts();
  for (const key of changed) flash(cellOf(key));
  announce(say("changed_by_others", { count: changed.length }));
  checkSoon();
}

function flash(cell) {
  cell.classList.remove("fresh");
  requestAnimationFrame(() => cell.classList.add("fresh"));
}

function drawConflicts() {
  byId("conflicts").hidden = !saving.conflicts.size;
  byId("conflict-list").replaceChildren(...[...saving.conflicts].map(([key, conflict]) => conflictOf(key, conflict)));
}

function conflictOf(key, { mine, locked }) {
  const theirs = saving.server.get(key) ?? "";
  const part = document.createElement("article");
  part.className = "conflict";
  part.dataset.key = key;
  const title = document.createElement("h3");
  const cell = cellOf(key);
  title.textContent = [say("cell", { cell: cell?.id ?? key }), cell?.dataset.label].filter(Boolean).join(" – ");
  const choose = (name, text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name === "keep_mine" ? "" : "quiet";
    button.textContent = say(name);
    button.addEventListener("click", () => settle(key, text));
    return button;
  };
  const choices = document.createElement("div");
  choices.className = "choices";
  const canWrite = !locked || inputKeys.has(key);
  if (canWrite) choices.append(choose("keep_mine", mine));
  choices.append(choose("keep_theirs", undefined));
  if (canWrite && !isTick(cell) && mine && theirs) choices.append(choose("keep_both", `${theirs}\n${mine}`));
  const shown = (text) => (cell && isTick(cell) ? tickWords(text) : text);
  part.append(title, quoted("mine", shown(mine)), quoted("theirs", shown(theirs)), choices);
  return part;
}

function tickWords(text) {
  if (isYes(text)) return say("ticked");
  return isNo(text) ? say("unticked") : text;
}

function quoted(name, text) {
  const part = document.createElement("div");
  const heading = document.createElement("p");
  heading.textContent = say(name);
  const quote = document.createElement("blockquote");
  quote.textContent = text || say("blank");
  part.append(heading, quote);
  return part;
}

function settle(key, text) {
  if (text !== undefined && text !== saving.text(key)) steps.add([{ key, before: saving.text(key), text }]);
  saving.settle(key, text);
  if (cellOf(key)) drawCells([key]);
  drawConflicts();
  afterChange();
  if (cellOf(key)) select(key);
}

// --- what is said ------------------------------------------------------------------------------------------------

function showState(told, message = "") {
  const label = byId("state");
  const state = told === "saved" && saving.conflicts.size ? "undecided" : told;
  if (label.dataset.state !== state || !label.textContent) {
    label.dataset.state = state;
    label.textContent = say(state);
  }
  if (state === "shut_out") label.textContent = say(state, { reason: message });
  else if (message) tellText(say("refused", { message }), true);
}

let messageTimer = 0;

function tell(key, values = {}, grave = false) {
  tellText(say(key, values), grave);
}

function tellText(text, grave, isLong = grave) {
  const message = byId("message");
  message.textContent = text;
  message.classList.toggle("grave", grave);
  message.hidden = false;
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => {
    message.hidden = true;
  }, isLong ? 15_000 : 5_000);
}

function announce(text) {
  byId("announcer").textContent = text;
}

// --- start -------------------------------------------------------------------------------------------------------

byId("undo").addEventListener("click", undo);
byId("redo").addEventListener("click", redo);
byId("print").addEventListener("click", () => {
  commit();
  print();
});
byId("keys-open").addEventListener("click", (event) => {
  const keys = byId("keys");
  keys.hidden = !keys.hidden;
  event.currentTarget.setAttribute("aria-expanded", String(!keys.hidden));
});
addEventListener("online", () => saving.flush());
addEventListener("beforeprint", () => commit());
// whatever makes lines higher or columns wider, the typing field stays over its cell
new ResizeObserver(followCell).observe(grid);
addEventListener("resize", followCell);
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});

function followCell() {
  if (editing) fit();
  else place(activeCell());
}

function leave() {
  commit();
  saving.flush(true);
}

async function start() {
  take(JSON.parse(byId("given").textContent));
  saving.restore();
  steps.restore();
  drawButtons();
  drawCells(inputKeys);
  drawConflicts();
  byId("tools").hidden = false;
  byId("cell-bar").hidden = false;
  saving.flush();
  const asked = cellOf(location.hash ? cellKey(byId(location.hash.slice(1)) ?? inputs[0]) : active);
  select(cellKey(asked ?? inputs[0]), { focus: !isTouch });
  await check();
  grid.dataset.ready = "true";
  setInterval(() => {
    if (document.visibilityState === "visible") poll();
  }, Number(grid.dataset.poll) * 1000);
}

await start();
