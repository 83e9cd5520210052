// What is due first comes out first (a binary heap); of what is due at once, what went in first.

type Waiting<T> = Readonly<{ dueMs: number; order: number; value: T }>;

export class DueQueue<T> {
  private readonly heap: Waiting<T>[] = [];
  private pushed = 0;

  get size(): number {
    return this.heap.length;
  }

  /** Null when nothing waits. */
  get nextDueMs(): number | null {
    return this.heap[0]?.dueMs ?? null;
  }

  push(dueMs: number, value: T): void {
    const one = { dueMs, order: this.pushed++, value };
    let at = this.heap.length;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(one, this.heap[above]); above = (at - 1) >> 1) {
      this.set(at, this.heap[above]);
      at = above;
    }
    this.heap[at] = one;
  }

  /** Takes out what is due first; null when nothing waits. */
  pop(): T | null {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (first === undefined || last === undefined) return null;
    if (this.heap.length > 0) this.sink(last);
    return first.value;
  }

  private sink(one: Waiting<T>): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = isBefore(this.heap[left + 1], this.heap[left]) ? left + 1 : left;
      if (!isBefore(this.heap[child], one)) break;
      this.set(at, this.heap[child]);
      at = child;
    }
    this.heap[at] = one;
  }

  private set(at: number, one: Waiting<T> | undefined): void {
    if (one !== undefined) this.heap[at] = one;
  }
}

/** Nothing is behind everything. */
function isBefore<T>(a: Waiting<T> | undefined, b: Waiting<T> | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
