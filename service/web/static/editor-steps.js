// What was changed here, step by step, so that it can be taken back: kept for this window, over a reload too.

const MOST_STEPS = 100;
const MOST_LETTERS = 1_000_000; // of what is kept over a reload: a browser holds a few million

export class Steps {
  /** `moved(key, kept)` returns where a cell of an earlier visit is now, null where it is not known. */
  constructor({ layout, header, name, moved }) {
    Object.assign(this, { layout, header, name, moved });
    this.done = [];
    this.undone = [];
  }

  /** Add a step: the cells it changed, as `{key, before, text}`. */
  add(step) {
    this.done.push(step);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
    this.keep();
  }

  /** Take the last step back: return its cells as `{key, from, to}`, none where there is no step. */
  back() {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    this.keep();
    return (step ?? []).map(({ key, before, text }) => ({ key, from: text, to: before }));
  }

  /** Make the step again that was taken back last. */
  again() {
    const step = this.undone.pop();
    if (step) this.done.push(step);
    this.keep();
    return (step ?? []).map(({ key, before, text }) => ({ key, from: before, to: text }));
  }

  keep() {
    let [letters, first] = [0, this.done.length];
    while (first > 0) {
      letters += this.done[first - 1].reduce((sum, { before, text }) => sum + before.length + text.length + 20, 0);
      if (letters > MOST_LETTERS) break;
      first -= 1;
    }
    const kept = { layout: this.layout, header: this.header, done: this.done.slice(first), undone: letters > MOST_LETTERS ? [] : this.undone };
    try {
      sessionStorage.setItem(this.name, JSON.stringify(kept));
    } catch {
      // full or forbidden: the page itself still knows its steps
    }
  }

  /** Take up the steps of this window's earlier visit; a step with a cell that is gone, and those before it, are dropped. */
  restore() {
    const kept = readKept(this.name);
    if (!kept) return;
    this.done = this.known(kept.done.toReversed(), kept).reverse();
    this.undone = this.known(kept.undone.toReversed(), kept).reverse();
    this.keep();
  }

  known(steps, kept) {
    const found = [];
    for (const step of steps) {
      const cells = step.map((cell) => ({ ...cell, key: this.moved(cell.key, kept) }));
      if (cells.some(({ key }) => key === null)) break;
      found.push(cells);
    }
    return found;
  }
}

function readKept(name) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name));
    return kept && Array.isArray(kept.done) && Array.isArray(kept.undone) ? kept : null;
  } catch {
    return null;
  }
}
