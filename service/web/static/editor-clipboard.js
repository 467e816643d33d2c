// Tables as Word, Excel, LibreOffice, Google Sheets and our own grid put them on the clipboard, and back. What is pasted
// is read from a document that is never shown: nothing in it runs or loads. Nothing here knows the page.

const BLOCKS = new Set(["P", "DIV", "LI", "H1", "H2", "H3", "H4", "H5", "H6", "PRE", "UL", "OL", "DL", "DT", "DD", "BLOCKQUOTE", "TABLE", "TR"]);
const SKIPPED = new Set(["STYLE", "SCRIPT", "TITLE", "TEMPLATE", "NOSCRIPT", "SELECT", "OBJECT", "IFRAME"]);
const DELETED = new Set(["DEL", "S", "STRIKE"]);
const NOTE_MARKS = /(^|\s)(msocomanchor|msocommentreference|msofootnotereference|msoendnotereference|msodel)(\s|$)/i;
const NOTE_PARTS = /^(comment|footnote|endnote)/;
const MOST_CELLS = 2_000_000; // with those that merged cells cover

const NOTHING_LEFT = { deleted: 0, hidden: 0, beside: 0, images: 0, narrow: 0, dates: 0, unsure: 0 };
// what begins the heading of a section: a roman number or a letter, alone or before its words
const SECTION = /^(?:[IVXLC]+|[A-ZĐ])(?:\s*[.)]?$|\s*[.\-–)/:]\s*\S)/;

/** What is pasted is more than can be read here. */
export class TooMuchError extends Error {}

/** Return the cells of what was pasted: the tables of the HTML when there are any, else the plain text. */
export function readClipboard(html, plain) {
  return trimmed(readPasted(html, plain).tables.flat());
}

/** Return `{tables, left, isPlain}`: the rows of each table, how much of what was copied is not in them, by kind, and
 * whether they are only the plain text. */
export function readPasted(html, plain) {
  const left = { ...NOTHING_LEFT };
  const page = html ? parsed(html) : null;
  const tables = page ? readTables(page, left) : [];
  if (tables.length) return { tables, left, isPlain: false };
  Object.assign(left, NOTHING_LEFT);
  const lines = page ? readLines(page, left, !plain) : null;
  return { tables: [lines ?? readText(plain)], left, isPlain: !lines };
}

// --- HTML --------------------------------------------------------------------------------------------------------

// a tag with its attributes; what is in quotes may hold “>”, and what is not closed reaches to the end
const TAG = /<[a-z](?:"[^"]*"?|'[^']*'?|[^'">]+)*>?/gi;

/** Return the HTML as a fragment of a document that is never shown. The page's policy would complain of each style and handler. */
function parsed(html) {
  const template = new DOMParser().parseFromString("", "text/html").createElement("template");
  template.innerHTML = html.replace(TAG, (tag) => tag.replace(/([\s"'/])(style|on\w+)(?=\s*=)/gi, "$1data-pasted-$2"));
  return template.content;
}

function readTables(page, left) {
  const styles = new Styles(page);
  const outer = [...page.querySelectorAll("table")].filter((table) => !tableAround(table)).flatMap(unwrapped);
  const shown = outer.filter((table) => isShown(table, styles, left));
  const tables = shown.map((table) => new TableReader(table, styles, left).read()).filter((rows) => rows.length);
  if (!tables.length) return [];
  const beside = new TextReader(styles, new Set(outer));
  for (const node of page.childNodes) beside.read(node);
  left.beside += beside.text.split("\n").filter((line) => line.trim()).length;
  return tables;
}

const tableAround = (table) => table.parentElement?.closest("table") ?? null;

function isShown(table, styles, left) {
  for (let around = table; around; around = around.parentElement) {
    const isHidden = styles.of(around).hidden === true;
    if (isHidden) left.hidden += 1;
    else if (DELETED.has(around.nodeName)) left.deleted += 1;
    else continue;
    return false;
  }
  return true;
}

// a table of one cell that holds tables only sets them on a page
function unwrapped(table) {
  const cell = table.rows.length === 1 && table.rows[0].cells.length === 1 ? table.rows[0].cells[0] : null;
  const inner = cell ? [...cell.querySelectorAll("table")].filter((one) => tableAround(one) === table) : [];
  return inner.length ? inner.flatMap(unwrapped) : [table];
}

/** Return paragraphs as rows where their HTML says more than the plain text: lists, and what is not to be pasted. */
function readLines(page, left, always) {
  const styles = new Styles(page);
  const reader = new TextReader(styles);
  for (const node of page.childNodes) reader.read(node);
  left.images += reader.images;
  if (!reader.tells && !always) return null;
  left.deleted += Number(reader.deleted);
  left.hidden += Number(reader.hidden);
  return cleaned(reader.text)
    .split("\n")
    .map((line) => line.split("\t").map((text) => text.trim()));
}

class TableReader {
  constructor(table, styles, left) {
    Object.assign(this, { table, styles, left, filled: 0, rows: [...table.rows] });
    this.slots = this.rows.map(() => []);
    this.monthFirst = new Set(); // formats whose dates are shown with the month first
  }

  read() {
    this.rows.forEach((row, top) => this.readRow(row, top));
    this.readDates();
    this.rows.forEach((row, top) => this.clearRow(this.slots[top]));
    if (this.table.caption?.textContent.trim()) this.left.beside += 1;
    const hidden = this.hiddenColumns();
    const rows = this.slots.filter((slots, top) => !this.isGone(this.rows[top], slots));
    return rows.map((slots) => Array.from(slots, (slot) => this.textOf(slot)).filter((_, column) => !hidden.has(column)));
  }

  textOf(slot) {
    return !slot || slot.hidden ? "" : slot.text;
  }

  readRow(row, top) {
    const slots = this.slots[top];
    const isHidden = this.styles.of(row).hidden === true;
    let column = 0;
    for (const cell of row.cells) {
      while (slots[column] !== undefined) column += 1;
      const slot = this.readCell(cell, isHidden);
      const bottom = Math.min(top + (cell.rowSpan || this.rows.length), this.rows.length);
      this.filled += (bottom - top) * cell.colSpan;
      if (this.filled > MOST_CELLS) throw new TooMuchError();
      for (let down = top; down < bottom; down += 1) {
        for (let across = 0; across < cell.colSpan; across += 1) {
          const covered = { text: across ? "" : slot.text, covered: true, hidden: slot.hidden, top: across ? null : slot };
          this.slots[down][column + across] = down > top || across ? covered : slot;
        }
      }
      column += cell.colSpan;
    }
  }

  readCell(cell, isHidden) {
    const look = this.styles.of(cell);
    const reader = new TextReader(this.styles);
    for (const node of cell.childNodes) reader.read(node, { struck: look.struck, unseen: look.unseen });
    const text = cleaned(reader.text.replace(/\t+/g, " ")).trim();
    const slot = { text, deleted: reader.deleted, hidden: isHidden || look.hidden === true };
    this.left.hidden += Number(reader.hidden);
    if (!slot.hidden) {
      this.left.images += reader.images;
      slot.day = shownDay(cell, look, slot.text);
    }
    return slot;
  }

  /** Give dates that are shown with the month first as day, month, year: their words would name another day. */
  readDates() {
    const days = this.slots.flat().filter((slot) => slot?.day);
    for (const { day } of days) if (day.isMonthFirst) this.monthFirst.add(day.format);
    for (const { day } of days) if (day.isDayFirst) this.monthFirst.delete(day.format);
    const isOpen = days.every(({ day }) => !day.format || !(day.isMonthFirst || day.isDayFirst));
    if (isOpen) this.left.unsure += days.filter(({ day, hidden }) => day.format && day.isEither && !hidden).length;
    for (const slot of days) {
      const { day } = slot;
      const words = day.isMonthFirst || (day.format && this.monthFirst.has(day.format)) ? day.swapped : "";
      if (words) {
        slot.text = words;
        this.left.dates += 1;
      }
    }
    for (const slot of this.slots.flat()) if (slot && !slot.hidden && /^#{3,}$/.test(slot.text)) this.left.narrow += slot.covered ? 0 : 1;
  }

  /** A merged cell stands for every row it covers; not for one that is blank, or that is the heading of a section. */
  clearRow(slots) {
    const own = slots.filter((slot) => slot && !slot.covered && slot.text);
    const says = own.length > 2 || (own.length > 0 && !SECTION.test(own[0].text));
    for (const slot of slots) {
      if (!slot?.covered) continue;
      slot.text = says && slot.top ? slot.top.text : "";
    }
  }

  // rows that are hidden, or of which everything was deleted
  isGone(row, slots) {
    const own = slots.filter((slot) => slot && !slot.covered);
    if (this.styles.of(row).hidden === true || (own.length && own.every((slot) => slot.hidden))) {
      this.left.hidden += own.some((slot) => slot.text) ? 1 : 0;
      return true;
    }
    this.left.deleted += own.filter((slot) => slot.deleted && !slot.hidden).length;
    return own.some((slot) => slot.deleted) && own.every((slot) => !slot.text);
  }

  hiddenColumns() {
    const hidden = new Set();
    let column = 0;
    for (const col of this.table.querySelectorAll(":scope > col, :scope > colgroup > col")) {
      for (let index = 0; index < Math.min(Math.max(1, col.span), 1000); index += 1, column += 1) {
        if (this.styles.of(col).hidden === true) hidden.add(column);
      }
    }
    const width = this.slots.reduce((most, slots) => Math.max(most, slots.length), 0);
    const shown = this.slots.filter((slots, top) => this.styles.of(this.rows[top]).hidden !== true);
    for (let index = 0; index < width; index += 1) {
      const slots = shown.map((line) => line[index]).filter(Boolean);
      if (slots.length && slots.every((slot) => slot.hidden)) hidden.add(index);
      if (hidden.has(index)) this.left.hidden += slots.some((slot) => slot.text && !slot.covered) ? 1 : 0;
    }
    return hidden;
  }
}

/** Reads the text of a cell: line breaks are <br>, paragraphs and list items; those of the source are spaces. */
class TextReader {
  constructor(styles, without = new Set()) {
    Object.assign(this, { styles, without, text: "", deleted: false, hidden: false, images: 0, tells: false });
    this.marked = -1; // how long the text was behind a marker: the item's own paragraph goes on there
    this.fields = []; // true while the code of a field is read, false while its result is
    this.counters = new Map(); // list → number of its next item
  }

  read(node, state = {}) {
    if (node.nodeType === Node.TEXT_NODE) this.readWords(node.data, state);
    else if (node.nodeType === Node.ELEMENT_NODE && !SKIPPED.has(node.nodeName) && !this.without.has(node)) this.readElement(node, state);
  }

  readElement(node, state) {
    const look = this.styles.of(node);
    if (look.field) this.readField(look.field);
    if (NOTE_PARTS.test(look.part ?? "") || NOTE_PARTS.test(look.character ?? "")) return;
    const noted = NOTE_MARKS.exec(node.className);
    if (noted && noted[2].toLowerCase() !== "msodel") return;
    const inside = {
      gone: state.gone || DELETED.has(node.nodeName) || Boolean(noted),
      struck: look.struck ?? state.struck,
      hidden: state.hidden || look.hidden === true,
      unseen: look.unseen ?? state.unseen,
    };
    if (node.nodeName === "IMG") this.images += Number(!isUnread(inside));
    else if (node.nodeName === "BR") this.readBreak(inside);
    else if (look.tabs) this.readTabs(look.tabs, inside);
    else if (look.marker) this.readMarker(markerText(node, this.styles), inside);
    else this.readInside(node, inside, look);
  }

  readInside(node, state, look) {
    const isBlock = BLOCKS.has(node.nodeName);
    if (isBlock) this.breakLine();
    if (node.nodeName === "TD" || node.nodeName === "TH") this.readWords(" ", state);
    if (node.nodeName === "LI") this.readMarker(this.markerOf(node, look), state);
    for (const child of node.childNodes) this.read(child, state);
    if (isBlock) this.breakLine();
  }

  readWords(data, state) {
    if (isUnread(state) || this.fields.includes(true)) {
      if (!data.trim()) return;
      this.tells = true;
      if (state.gone || state.struck) this.deleted = true;
      else if (isUnread(state)) this.hidden = true;
      return;
    }
    const words = data.replace(/[ \t\r\n\f]+/g, " ");
    this.text += /(^|[\n\t ])$/.test(this.text) ? words.replace(/^ /, "") : words;
  }

  readBreak(state) {
    if (!isUnread(state)) this.text = `${this.text.replace(/ $/, "")}\n`;
  }

  breakLine() {
    if (this.text.length === this.marked) return;
    if (this.text.trim() && !this.text.endsWith("\n")) this.text = `${this.text.replace(/ $/, "")}\n`;
  }

  readTabs(count, state) {
    if (!isUnread(state)) this.text += "\t".repeat(Math.min(count, 20));
  }

  readField(part) {
    if (part === "field-begin") this.fields.push(true);
    else if (part === "field-separator" && this.fields.length) this.fields[this.fields.length - 1] = false;
    else if (part === "field-end") this.fields.pop();
  }

  readMarker(marker, state) {
    this.tells = true;
    if (!marker || isUnread(state)) return;
    this.text += `${marker} `;
    this.marked = this.text.length;
  }

  markerOf(item, look) {
    const list = item.parentElement ?? item;
    const kind = look.list ?? this.styles.of(list).list ?? list.getAttribute("type") ?? "";
    const isCounted = list.nodeName === "OL";
    const items = isCounted ? [...list.children].filter((child) => child.nodeName === "LI").length : 0;
    const first = Number.parseInt(list.getAttribute("start") ?? "", 10);
    const step = list.hasAttribute("reversed") ? -1 : 1;
    const own = Number.parseInt(item.getAttribute("value") ?? "", 10);
    const start = Number.isNaN(first) ? (step < 0 ? items : 1) : first;
    const number = Number.isNaN(own) ? (this.counters.get(list) ?? start) : own;
    this.counters.set(list, number + step);
    return shownMarker(kind, number, isCounted);
  }
}

const isUnread = (state) => Boolean(state.gone || state.struck || state.hidden || state.unseen);

function shownMarker(kind, number, isCounted) {
  const quoted = /^["'](.*)["']$/s.exec(kind);
  if (quoted) return quoted[1].trim();
  if (kind === "none") return "";
  if (kind === "circle") return "○";
  if (kind === "square") return "▪";
  if (kind === "disc" || (!isCounted && !/decimal|alpha|latin|roman|^[aAiI1]$/.test(kind))) return "•";
  if (kind === "a" || /lower-(alpha|latin)/.test(kind)) return `${lettered(number)}.`;
  if (kind === "A" || /upper-(alpha|latin)/.test(kind)) return `${lettered(number).toUpperCase()}.`;
  if (kind === "i" || kind === "lower-roman") return `${roman(number).toLowerCase()}.`;
  if (kind === "I" || kind === "upper-roman") return `${roman(number)}.`;
  return `${number}.`;
}

function lettered(number) {
  if (number < 1) return String(number);
  let letters = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters;
  return letters;
}

const ROMAN = [[1000, "M"], [900, "CM"], [500, "D"], [400, "CD"], [100, "C"], [90, "XC"], [50, "L"], [40, "XL"], [10, "X"], [9, "IX"], [5, "V"], [4, "IV"], [1, "I"]];

function roman(number) {
  if (number < 1 || number > 3999) return String(number);
  let [text, rest] = ["", number];
  for (const [value, letters] of ROMAN) {
    while (rest >= value) {
      text += letters;
      rest -= value;
    }
  }
  return text;
}

// bullets of Word are letters of fonts of signs
const SIGNS = { "·": "•", "§": "▪", "Ø": "➢", v: "❖", ü: "✓", q: "❑", o: "○", à: "→", "-": "-", "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓" };

function markerText(node, styles) {
  const text = node.textContent.replace(/[\s\u00a0]+/g, " ").trim();
  const inner = [node, node.parentElement, ...node.querySelectorAll("*")].filter(Boolean);
  const isSign = inner.some((one) => /symbol|wingdings|courier/i.test(styles.of(one).font ?? ""));
  return text.length === 1 && (isSign || /[\uf000-\uf0ff·§]/.test(text)) ? (SIGNS[text] ?? (/[\uf000-\uf0ff]/.test(text) ? "•" : text)) : text;
}

// spaces of every width are spaces; what no cell can hold is taken out
function cleaned(text) {
  return text
    .replace(/[\u00a0\u2007\u202f]/g, " ")
    .replace(/\v|\u2028|\u2029/g, "\n")
    .replace(UNWRITABLE, "")
    .replace(LONE_SURROGATE, "\ufffd")
    .replace(/ +(?=[\n\t])/g, "");
}

const UNWRITABLE = /[\u0000-\u0008\u000c\u000e-\u001f\u007f\ufffe\uffff]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

// --- styles ------------------------------------------------------------------------------------------------------

const OF_A_MEDIUM = /@(?:media|supports)[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/gi;
const RULE = /([^{}]+)\{([^{}]*)\}/g;
const DECLARATION = /([\w-]+)\s*:\s*((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^;"'])*)/g;
const TELLING = /text-decoration|display|mso-|visibility|list-style|font/i;
const PLAIN_SELECTOR = /^[\w-]*(\.[\w-]+)?$/;

/** What the styles of a pasted document say of an element; a document that is never shown has no computed styles. */
class Styles {
  constructor(page) {
    this.rules = new Map(); // "p", ".xl65", "span.msodel" → look
    for (const style of page.querySelectorAll("style")) this.add(style.textContent.replace(/<!--|-->|\/\*[\s\S]*?\*\//g, " ").replace(OF_A_MEDIUM, " "));
    this.known = new Map(); // what an attribute says, by its text
  }

  add(sheet) {
    for (const [, selectors, declared] of sheet.matchAll(RULE)) {
      if (!TELLING.test(declared)) continue;
      const look = lookOf(declared);
      for (const selector of selectors.split(",")) {
        const name = selector.trim().toLowerCase();
        if (name && PLAIN_SELECTOR.test(name)) this.rules.set(name, { ...this.rules.get(name), ...look });
      }
    }
  }

  of(element) {
    const tag = element.nodeName.toLowerCase();
    const own = element.getAttribute("data-pasted-style") ?? "";
    const classes = element.getAttribute("class") ?? "";
    const key = `${tag}|${classes}|${own}`;
    let look = this.known.get(key);
    if (!look) {
      look = { ...this.rules.get(tag) };
      for (const name of classes.toLowerCase().split(/\s+/)) {
        if (name) Object.assign(look, this.rules.get(`.${name}`), this.rules.get(`${tag}.${name}`));
      }
      if (own && TELLING.test(own)) Object.assign(look, lookOf(own));
      if (this.known.size < 50_000) this.known.set(key, look);
    }
    return element.hasAttribute("hidden") ? { ...look, hidden: true } : look;
  }
}

function lookOf(declared) {
  const look = {};
  for (const [, property, value] of declared.matchAll(DECLARATION)) {
    const [name, text] = [property.toLowerCase(), value.trim()];
    const plain = text.toLowerCase().replace(/\s*!important$/, "");
    if (name === "text-decoration" || name === "text-decoration-line") look.struck = readStrike(plain, look.struck);
    else if (name === "display") look.hidden = plain === "none";
    else if (name === "mso-hide") look.hidden = plain === "all" ? true : look.hidden;
    else if (name === "visibility") look.unseen = plain === "hidden" || plain === "collapse";
    else if (name === "mso-number-format") look.format = text;
    else if (name === "mso-list") look.marker = plain === "ignore";
    else if (name === "mso-element") Object.assign(look, plain.startsWith("field-") ? { field: plain } : { part: plain });
    else if (name === "mso-special-character") look.character = plain;
    else if (name === "mso-tab-count") look.tabs = Number.parseInt(plain, 10) || 0;
    else if (name === "list-style-type" || name === "list-style") look.list = /["']/.test(text) ? text : plain.split(" ")[0];
    else if (name === "font-family" || name === "font") look.font = text;
  }
  return look;
}

// another line, such as that under a link, does not take away the one through it
function readStrike(text, before) {
  if (/line-through/.test(text)) return true;
  return /none/.test(text) ? false : before;
}

// --- dates -------------------------------------------------------------------------------------------------------

const NUMERIC_DAY = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?=$|\s)(.*)$/;
const FIRST_DAY = Date.UTC(1899, 11, 30); // of spreadsheets

/** Return what is known of a date that a cell shows as three numbers: its order, and its words with the day first. */
function shownDay(cell, look, text) {
  const found = NUMERIC_DAY.exec(text);
  if (!found) return null;
  const [first, second] = [Number(found[1]), Number(found[3])];
  const swapped = `${String(second).padStart(2, "0")}/${String(first).padStart(2, "0")}/${found[4]}${found[5]}`;
  const value = serialOf(cell);
  if (value !== null) {
    const day = new Date(FIRST_DAY + Math.floor(value) * 86_400_000);
    const isThat = day.getUTCFullYear() % 100 === Number(found[4]) % 100;
    const [date, month] = [day.getUTCDate(), day.getUTCMonth() + 1];
    return { isMonthFirst: isThat && first === month && second === date && first !== second, isDayFirst: false, swapped };
  }
  const format = (look.format ?? "").replace(/\\/g, "").replace(/^["']|["']$/g, "");
  const order = /^(?:\[[^\]]*\])*([md])/i.exec(format)?.[1].toLowerCase();
  if (order === "m" && /^(?:\[[^\]]*\])*m{1,2}\W+d/i.test(format)) return { isMonthFirst: second !== first, isDayFirst: false, swapped };
  // "Short Date" is in the order of the machine it was copied on: one of its dates may say which
  const isOpen = /^(short date|general date)$/i.test(format);
  return isOpen ? { format: "machine", isMonthFirst: second > 12 && first <= 12, isDayFirst: first > 12, isEither: first !== second, swapped } : null;
}

// the value of a date as Excel (x:num), LibreOffice (sdval) and Google Sheets (data-sheets-value) give it
function serialOf(cell) {
  const given = cell.getAttribute("x:num") || cell.getAttribute("sdval") || valueOfSheets(cell.getAttribute("data-sheets-value"));
  const value = Number(given);
  return given && value >= 1 && value < 2_958_466 ? value : null;
}

function valueOfSheets(text) {
  try {
    return text ? JSON.parse(text)["3"] : null;
  } catch {
    return null;
  }
}

// --- plain text --------------------------------------------------------------------------------------------------

/** Return the rows of tab-separated text; a quoted cell may hold line breaks. */
export function readText(plain) {
  const text = plain.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  let at = 0;
  const quotes = new QuoteReader(text);
  for (;;) {
    const quoted = text[at] === '"' ? quotes.read(at) : null;
    const end = quoted ? quoted.end : cellEnd(text, at);
    const words = cleaned(quoted ? quoted.text : text.slice(at, end)).trim();
    // an apostrophe before what would begin a formula is the sign of a text
    rows.at(-1).push(words.startsWith("'") && FORMULA.test(words.slice(1)) ? words.slice(1) : words);
    if (end >= text.length) return rows;
    if (text[end] === "\n") rows.push([]);
    at = end + 1;
  }
}

function cellEnd(text, from) {
  const found = /[\t\n]/g;
  found.lastIndex = from;
  return found.exec(text)?.index ?? text.length;
}

/** Reads cells in quotes; a quote that is not closed is a letter, and none is looked for again behind it. */
class QuoteReader {
  constructor(text) {
    this.text = text;
    this.isOpen = false; // no quote is closed from here to the end
  }

  // only what needs quotes has them: “"Dân vận khéo" năm 2023” begins with a quote of its own
  read(from) {
    // alone it is the sign of “as above”
    const isSign = /^[\t\n]?$/.test(this.text.slice(from + 1, from + 2));
    const end = this.isOpen || isSign ? -1 : this.closing(from + 1);
    if (end < 0) return null;
    const inner = this.text.slice(from + 1, end);
    if (!/^([\t\n]|$)/.test(this.text.slice(end + 1, end + 2)) || !/[\t\n]|""/.test(inner)) return null;
    return { text: inner.replaceAll('""', '"'), end: end + 1 };
  }

  closing(from) {
    let at = this.text.indexOf('"', from);
    while (at >= 0 && this.text[at + 1] === '"') at = this.text.indexOf('"', at + 2);
    this.isOpen = at < 0;
    return at;
  }
}

/** Drop blank rows and columns at the end; all rows are equally long then. */
export function trimmed(rows) {
  const kept = rows.slice(0, rows.findLastIndex((row) => row.some((text) => text.trim())) + 1);
  const width = kept.reduce((most, row) => Math.max(most, row.findLastIndex((text) => text.trim()) + 1), 1);
  return kept.map((row) => Array.from({ length: width }, (_, index) => row[index] ?? ""));
}

// what begins a formula, also behind spaces and letters without width
const FORMULA = /^(?:[\t\r\n]|[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]*[=+\-@＝＋－＠])/;

/** Write cells as tab-separated text, quoted where they must be; of several, none begins a formula. */
export function writeText(rows) {
  const isAlone = rows.length === 1 && rows[0].length === 1;
  const guarded = (text) => (!isAlone && FORMULA.test(text) ? `'${text}` : text);
  const quoted = (text) => (/[\t\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map((text) => quoted(guarded(text))).join("\t")).join("\n");
}

/** Write cells as an HTML table that Word and spreadsheets take as cells of text: no formula, no number, lines as they are. */
export function writeHtml(rows) {
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const lines = (text) => escaped(text).replace(/ (?= )|^ | $/gm, "&nbsp;").replaceAll("\n", '<br style="mso-data-placement:same-cell">');
  const value = (text) => escaped(JSON.stringify({ 1: 2, 2: text }));
  const cell = (text) => `<td sdnum="1066;0;@" style="mso-number-format:'\\@'" data-sheets-value="${value(text)}">${lines(text)}</td>`;
  return `<table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`;
}
