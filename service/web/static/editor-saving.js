// What was typed and is not saved yet: kept in the browser, sent cell by cell, sent again after a failure.

const CELLS_A_REQUEST = 500;
const LETTERS_A_REQUEST = 350_000;
const FIRST_WAIT = 1_500;
const LONGEST_WAIT = 20_000;

export const keyOf = (row, column) => `${row},${column}`;
export const placeOf = (key) => key.split(",").map(Number);

/** A fetch whose failure says whether trying again may help. */
export async function ask(url, csrf, body, keepalive = false) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin", keepalive };
  if (body !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRF-Token"] = csrf;
    options.body = JSON.stringify(body);
  }
  const response = await fetch(url, options);
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  const answer = isJson ? await response.json() : {};
  return { status: response.redirected && !isJson ? 401 : response.status, answer };
}

export class Saving {
  /** `changed(state, message)` is told of every turn, `shown(keys)` of cells whose text is another now. */
  constructor({ url, csrf, layout, header, store, isInput, changed, shown, moved }) {
    Object.assign(this, { url, csrf, layout, header, store, isInput, changed, shown, moved });
    this.server = new Map(); // key → what the tab says
    this.pending = new Map(); // key → {base, text, tried}
    this.sending = new Map();
    this.conflicts = new Map(); // key → {mine, locked}; the other text is what the tab says
    this.state = "saved";
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.turns = 0; // how often a save began or ended: an older look at the tab is stale then
  }

  text(key) {
    return (this.pending.get(key) ?? this.sending.get(key))?.text ?? this.server.get(key) ?? "";
  }

  /** Note a cell's new text; `base` is what it said when the clerk began, where that is not what it says now. */
  put(key, text, base) {
    const flying = this.sending.get(key);
    const before = this.pending.get(key);
    const from = before?.base ?? flying?.text ?? base ?? this.server.get(key) ?? "";
    if (text === from && !flying) this.pending.delete(key);
    else this.pending.set(key, { base: from, text, tried: before?.tried ?? [] });
    this.keep();
  }

  /** Take what the tab says now; return the cells that another person changed. */
  take(texts) {
    const changed = [];
    for (const key of new Set([...texts.keys(), ...this.server.keys()])) {
      const text = texts.get(key) ?? "";
      if ((this.server.get(key) ?? "") === text) continue;
      this.server.set(key, text);
      if (!this.pending.has(key) && !this.sending.has(key)) changed.push(key);
    }
    return changed;
  }

  soon(delay = 350) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
    if (this.pending.size && this.state === "saved") this.tell("saving");
  }

  async flush(keepalive = false) {
    clearTimeout(this.timer);
    if (this.sending.size || this.state === "signed_out" || this.state === "shut_out") return;
    if (!this.pending.size) {
      this.tell("saved");
      return;
    }
    this.load();
    if (this.state !== "unsaved") this.tell("saving");
    const changes = [...this.sending].map(([key, { base, text }]) => {
      const [row, column] = placeOf(key);
      return { row, column, base, text };
    });
    try {
      const { status, answer } = await ask(this.url, this.csrf, { layout: this.layout, changes }, keepalive);
      this.answered(status, answer);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)) throw error;
      this.again();
    }
  }

  load() {
    let letters = 0;
    for (const [key, entry] of this.pending) {
      letters += entry.base.length + entry.text.length;
      if (this.sending.size && (this.sending.size >= CELLS_A_REQUEST || letters > LETTERS_A_REQUEST)) break;
      this.sending.set(key, entry);
      this.pending.delete(key);
    }
    this.turns += 1;
  }

  answered(status, answer) {
    if (status === 200) this.written(answer);
    else if (status === 409 && answer.moved) {
      this.back();
      this.moved();
    } else if (status === 401) {
      this.back();
      this.tell("signed_out");
    } else if (status === 403) {
      this.back();
      this.tell("shut_out", answer.error);
    } else if (status === 429 || status >= 500 || answer.error === undefined) this.again();
    else this.refused(answer.error);
  }

  written({ saved, conflicts, locked }) {
    for (const [row, column] of saved) {
      const key = keyOf(row, column);
      this.server.set(key, this.sending.get(key)?.text ?? "");
    }
    const shown = [];
    for (const { row, column, theirs } of conflicts) {
      const key = keyOf(row, column);
      this.disagreed(key, this.sending.get(key), theirs);
      shown.push(key);
    }
    for (const [row, column] of locked) {
      const key = keyOf(row, column);
      this.conflicts.set(key, { mine: this.sending.get(key).text, locked: true });
      shown.push(key);
    }
    this.sending.clear();
    this.turns += 1;
    this.wait = FIRST_WAIT;
    this.keep();
    this.tell(this.pending.size ? "saving" : "saved");
    this.shown(shown);
    if (this.pending.size) this.soon(0);
  }

  disagreed(key, sent, theirs) {
    this.server.set(key, theirs);
    const later = this.pending.get(key);
    if (sent.tried.includes(theirs)) {
      // it is our own text, written by a request whose answer was lost
      this.pending.set(key, { base: theirs, text: (later ?? sent).text, tried: [] });
      return;
    }
    this.pending.delete(key);
    // what was taken back meanwhile asks for nothing: the other person's text stays
    if (later?.text === sent.base) return;
    this.conflicts.set(key, { mine: (later ?? sent).text });
  }

  refused(message) {
    const keys = [...this.sending.keys()];
    for (const [key, { text }] of this.sending) {
      this.conflicts.set(key, { mine: text, locked: true });
      this.pending.delete(key);
    }
    this.sending.clear();
    this.turns += 1;
    this.keep();
    this.tell("saved", message);
    this.shown(keys);
  }

  // put what was on its way back among what waits
  back() {
    for (const [key, sent] of this.sending) {
      const later = this.pending.get(key);
      const tried = [...sent.tried, sent.text].slice(-8);
      this.pending.set(key, { base: sent.base, text: (later ?? sent).text, tried });
    }
    this.sending.clear();
    this.turns += 1;
    this.keep();
  }

  again() {
    this.back();
    this.tell("unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  settle(key, text) {
    this.conflicts.delete(key);
    this.keep();
    if (text !== undefined) this.put(key, text);
  }

  tell(state, message = "") {
    this.state = state;
    this.changed(state, message);
  }

  keep() {
    const waiting = new Map([...this.sending, ...this.pending]);
    for (const [key, sent] of this.sending) {
      waiting.set(key, { base: sent.base, text: this.text(key), tried: [...sent.tried, sent.text] });
    }
    this.store.write(
      waiting.size || this.conflicts.size
        ? { layout: this.layout, header: this.header, pending: [...waiting], conflicts: [...this.conflicts] }
        : null,
    );
  }

  /** Take up what earlier visits left; cells below the header move with it. */
  restore() {
    for (const kept of this.store.take()) this.takeUp(kept);
    this.keep();
  }

  takeUp(kept) {
    const shift = kept.layout === this.layout ? 0 : this.header - kept.header;
    const moved = (key) => {
      const [row, column] = placeOf(key);
      return keyOf(row + shift, column);
    };
    for (const [key, entry] of kept.pending) {
      const here = moved(key);
      if (this.isInput(here)) this.pending.set(here, entry);
      else this.conflicts.set(here, { mine: entry.text, locked: true });
    }
    for (const [key, conflict] of kept.conflicts) this.conflicts.set(moved(key), conflict);
  }
}

/** The browser's own memory of one tab, each page under a name of its own; nothing is kept where that is forbidden. */
export function browserStore(prefix) {
  const own = `${prefix}.${Math.random().toString(36).slice(2)}`;
  return {
    take() {
      try {
        const names = Object.keys(localStorage).filter((name) => name.startsWith(`${prefix}.`) && name !== own);
        const found = names.map((name) => readKept(localStorage.getItem(name))).filter(Boolean);
        names.forEach((name) => localStorage.removeItem(name));
        return found;
      } catch {
        return [];
      }
    },
    write(content) {
      try {
        if (content) localStorage.setItem(own, JSON.stringify(content));
        else localStorage.removeItem(own);
      } catch {
        // full or forbidden: the page itself still holds everything and sends it again
      }
    },
  };
}

function readKept(text) {
  try {
    const kept = JSON.parse(text);
    return kept && Array.isArray(kept.pending) && Array.isArray(kept.conflicts) ? kept : null;
  } catch {
    return null;
  }
}
