// The titles of a form's columns, wherever they are in what was pasted. Nothing here knows the page.

const LONGEST_TITLE = 160;
const DEEPEST_HEADER = 200; // no letterhead has more lines
const ENOUGH_TITLES = 3; // in one row they make it the header; where a form has fewer, all of them do
const COLUMN_NUMBER = /^[([]?\s*(\d{1,2}|[A-ZĐa-zđ])\s*[)\]]?(?:\s*=.*)?$/;
const ORDINAL = /^\s*\d{1,4}\s*[.)]?\s*$/;
const UNSEEN = /[\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g;

/** Reduce a title to its bare words: no case, marks, punctuation or line breaks. */
export function plain(cell) {
  const wide = cell.replace(/[\uff01-\uff5e]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  const letters = wide.normalize("NFD").replace(UNSEEN, "").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  return (letters.match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}

/** Recognises the titles of a form's columns as the service does where it reads tabs and files. */
export class Titles {
  /** `columns` are `{key, title, aliases}`, in the form's order. */
  constructor(columns) {
    this.count = columns.length;
    this.asked = new Map(); // cell → key
    this.exact = new Map();
    for (const { key, aliases } of columns) for (const alias of aliases) this.exact.set(plain(alias), key);
    for (const { key } of columns) this.exact.set(plain(key), key);
    for (const { key, title } of columns) this.exact.set(plain(title), key);
    const known = [...this.exact.keys()].map((title) => title.split(" "));
    this.known = new Set(known.flat());
    this.firsts = new Set(known.map(([first]) => first));
    this.words = columns.map(({ key, title }) => [key, new Set(plain(title).split(" "))]);
  }

  /** Return the key of the column a cell is the title of, or null: a title, one made shorter, one with something added. */
  keyOf(cell) {
    if (!cell || cell.length > LONGEST_TITLE) return null;
    if (!this.asked.has(cell)) {
      const title = plain(cell);
      if (this.asked.size >= 4096) this.asked.clear();
      this.asked.set(cell, this.exact.get(title) ?? this.shortened(title) ?? this.lengthened(title));
    }
    return this.asked.get(cell);
  }

  shortened(title) {
    const words = title.split(" ").filter(Boolean);
    if (!words.length || /^\d+$/.test(title) || !words.every((word) => this.known.has(word))) return null;
    const starts = new Set([...this.exact].filter(([known]) => known.startsWith(`${title} `)).map(([, key]) => key));
    if (starts.size === 1) return [...starts][0];
    const fits = words.length > 1 ? this.words.filter(([, known]) => words.every((word) => known.has(word))) : [];
    return fits.length === 1 ? fits[0][0] : null;
  }

  lengthened(title) {
    if (!this.firsts.has(title.split(" ", 1)[0])) return null;
    const starts = new Set([...this.exact].filter(([known]) => known.includes(" ") && title.startsWith(`${known} `)).map(([, key]) => key));
    return starts.size === 1 && title.split(" ").length <= 16 ? [...starts][0] : null;
  }

  /** Map index to key for the cells of a row; where two claim one column, the exact title wins, then the first. */
  columnsOf(cells) {
    const found = new Map(); // key → index
    const taken = new Set();
    for (const isExact of [true, false]) {
      cells.forEach((cell, index) => {
        const key = this.keyOf(cell);
        if (isExact && key && this.exact.get(plain(cell)) !== key) return;
        if (!key || taken.has(index) || found.has(key)) return;
        found.set(key, index);
        taken.add(index);
      });
    }
    return new Map([...found].map(([key, index]) => [index, key]));
  }

  isHeader(cells) {
    return this.columnsOf(cells).size >= Math.min(ENOUGH_TITLES, this.count);
  }
}

/**
 * Take the header out of pasted tables; null when none has one. `columns` maps the index of a column to its key, `rows`
 * are those below the header, `above` and `beside` the lines left out before it and in other tables, `unknown` the titles
 * of columns that hold something and that the form does not have.
 */
export function withoutHeader(tables, titles) {
  const headers = tables.map((rows) => rows.slice(0, DEEPEST_HEADER).findIndex((cells) => titles.isHeader(cells)));
  const number = headers.findIndex((row) => row >= 0);
  if (number < 0) return null;
  const [table, first] = [tables[number], headers[number]];
  const columns = titles.columnsOf(table[first]);
  const width = widthOf(table);
  const isPart = (rows) => widthOf(rows) === width || headers[tables.indexOf(rows)] >= 0;
  const later = tables.slice(number + 1);
  const rows = [table.slice(first + 1), ...later.filter(isPart)].flat().filter((cells) => !titles.isHeader(cells) && !numbersColumns(cells));
  const above = [...tables.slice(0, number).flat(), ...table.slice(0, first)];
  return {
    columns,
    rows,
    above: above.filter(says).length,
    beside: later.filter((one) => !isPart(one)).flat().filter(says).length,
    unknown: unknownTitles(table[first], columns, rows, width),
  };
}

const says = (cells) => cells.some((text) => text.trim());
const widthOf = (rows) => rows.reduce((most, cells) => Math.max(most, cells.length), 0);

// the line “(1) (2) (3)” below a header
function numbersColumns(cells) {
  const marks = cells.filter((text) => text.trim()).map((text) => COLUMN_NUMBER.exec(text.trim())?.[1]);
  const numbers = marks.filter((mark) => /^\d+$/.test(mark)).map(Number);
  const isCounted = numbers.length > 1 && numbers.every((number, index) => number === numbers[0] + index);
  return marks.length > 2 && marks.every(Boolean) && isCounted;
}

function unknownTitles(header, columns, rows, width) {
  const unknown = [];
  for (let index = 0; index < width; index += 1) {
    if (!columns.has(index) && rows.some((cells) => cells[index]?.trim())) unknown.push((header[index] ?? "").replace(/\s+/g, " ").trim());
  }
  return unknown;
}

/**
 * Return for each pasted row which of the form's own rows it is of, -1 for none; null where no row is known. `own` maps,
 * for each of the form's rows, the index of a column to the words given there.
 */
export function ownRows(rows, own) {
  const known = new Map();
  own.forEach((given, number) => given.forEach((text, index) => plain(text) && known.set(`${index}|${plain(text)}`, number)));
  const taken = new Set();
  const found = rows.map((cells) => {
    const given = [...(own[0]?.keys() ?? [])].map((index) => [index, plain(cells[index] ?? "")]);
    // words say more than a number
    given.sort(([, one], [, other]) => other.length - one.length);
    const number = given.map(([index, text]) => known.get(`${index}|${text}`)).find((one) => one !== undefined && !taken.has(one)) ?? -1;
    taken.add(number);
    return number;
  });
  return found.some((number) => number >= 0) ? found : null;
}

/** Return True if the first column numbers the rows, and words follow it: it is the column of ordinals. */
export function numbersRows(rows) {
  const filled = rows.filter(says);
  const numbered = filled.filter((cells) => ORDINAL.test(cells[0]));
  const isOrdinal = numbered.length > 0 && filled.every((cells) => !cells[0].trim() || ORDINAL.test(cells[0]));
  return isOrdinal && numbered.every((cells) => /\p{L}/u.test(cells[1] ?? ""));
}
