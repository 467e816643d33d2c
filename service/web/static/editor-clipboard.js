// Tables as Word, Excel and our own grid put them on the clipboard, and back. Nothing here knows the page.

const BLOCKS = new Set(["P", "DIV", "LI", "H1", "H2", "H3", "H4", "H5", "H6", "PRE", "UL", "OL", "TABLE", "TR"]);
const SKIPPED = new Set(["STYLE", "SCRIPT", "TITLE", "TEMPLATE"]);

/** Return the cells of what was pasted: the table of the HTML when there is one, else the plain text. */
export function readClipboard(html, plain) {
  return trimmed((/<t[dhr][\s>]/i.test(html) && readHtml(html)) || readText(plain));
}

/** Return the rows of all tables of an HTML fragment, null when there is none; merged cells are blank but for the first. */
export function readHtml(html) {
  const tables = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("table")];
  const rows = tables.filter((table) => !table.parentElement.closest("table")).flatMap(rowsOf);
  return rows.length ? rows : null;
}

function rowsOf(table) {
  const grid = [...table.rows].map(() => []);
  [...table.rows].forEach((row, top) => {
    let left = 0;
    for (const cell of row.cells) {
      while (grid[top][left] !== undefined) left += 1;
      for (let down = 0; down < Math.max(1, cell.rowSpan) && grid[top + down]; down += 1) {
        for (let across = 0; across < cell.colSpan; across += 1) {
          grid[top + down][left + across] = down || across ? "" : textOf(cell);
        }
      }
      left += cell.colSpan;
    }
  });
  return grid.map((row) => Array.from(row, (text) => text ?? ""));
}

// line breaks are <br> and paragraphs; those of the source are spaces
function textOf(cell) {
  let text = "";
  const open = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = node.data.replace(/[ \t\r\n\f]+/g, " ");
      text += /(^|[\n ])$/.test(text) ? words.replace(/^ /, "") : words;
    } else if (node.nodeName === "BR") {
      text = `${text.replace(/ $/, "")}\n`;
    } else if (node.nodeType === Node.ELEMENT_NODE && !SKIPPED.has(node.nodeName)) {
      const isBlock = BLOCKS.has(node.nodeName);
      if (isBlock && text.trim() && !text.endsWith("\n")) text = `${text.replace(/ $/, "")}\n`;
      node.childNodes.forEach(open);
      if (isBlock && text.trim() && !text.endsWith("\n")) text += "\n";
    }
  };
  cell.childNodes.forEach(open);
  return text.replace(/[\u00a0\u2007\u202f]/g, " ").replace(/\v/g, "\n").replace(/[ \t]+\n/g, "\n").trim();
}

/** Return the rows of tab-separated text; a quoted cell may hold line breaks. */
export function readText(plain) {
  const text = plain.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  let at = 0;
  for (;;) {
    const quoted = text[at] === '"' ? quotedCell(text, at) : null;
    const end = quoted ? quoted.end : cellEnd(text, at);
    rows.at(-1).push((quoted ? quoted.text : text.slice(at, end)).replace(/\v/g, "\n").replace(/\u0000/g, ""));
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

// a cell in quotes only when it needs them: “"Dân vận khéo" năm 2023” begins with a quote of its own
function quotedCell(text, from) {
  const shape = /"((?:[^"]|"")*)"(?=[\t\n]|$)/y;
  shape.lastIndex = from;
  const found = shape.exec(text);
  if (!found || !/[\t\n]|""/.test(found[1])) return null;
  return { text: found[1].replaceAll('""', '"'), end: shape.lastIndex };
}

/** Drop blank rows and columns at the end; all rows are equally long then. */
export function trimmed(rows) {
  const kept = rows.slice(0, rows.findLastIndex((row) => row.some((text) => text.trim())) + 1);
  const width = Math.max(1, ...kept.map((row) => row.findLastIndex((text) => text.trim()) + 1));
  return kept.map((row) => Array.from({ length: width }, (_, index) => row[index] ?? ""));
}

/** Write cells as tab-separated text, quoted where they must be. */
export function writeText(rows) {
  const cell = (text) => (/[\t\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join("\t")).join("\n");
}

/** Write cells as an HTML table, so that Word and Excel take them as cells. */
export function writeHtml(rows) {
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const cell = (text) => `<td>${escaped(text).replaceAll("\n", "<br>")}</td>`;
  return `<table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`;
}
