// A map that forgets what was not used lately. It has two generations: when the young one is full it becomes the old one,
// and what was not asked for since is gone. That is coarser than a list in order of use and costs a third of it, which
// shows where a map is asked several times for every bid.

export class RecentMap<Key, Value> {
  private young = new Map<Key, Value>();
  private old = new Map<Key, Value>();
  private readonly generationMax: number;

  /** Holds at most `max` entries, and never fewer than the `max / 2` that were used last. */
  constructor(max: number) {
    if (!Number.isSafeInteger(max) || max < 2) throw new RangeError(`a map of ${max} entries has no two generations`);
    this.generationMax = Math.floor(max / 2);
  }

  get(key: Key): Value | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  has(key: Key): boolean {
    return this.young.has(key) || this.old.has(key);
  }

  set(key: Key, value: Value): void {
    if (this.young.size >= this.generationMax && !this.young.has(key)) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }

  delete(key: Key): void {
    this.young.delete(key);
    this.old.delete(key);
  }
}
