// A map that states share: setting one entry copies a short layer, not the whole. The long layer is made anew each time the
// short one is full, so twenty thousand entries cost some hundred copies each, and not ten thousand.

const SHORT_MAX = 256;

export class LayeredMap<Key, Value> {
  private constructor(
    private readonly long: ReadonlyMap<Key, Value>,
    private readonly short: ReadonlyMap<Key, Value>,
    readonly size: number,
  ) {}

  /** A map of nothing. */
  static empty<Key, Value>(): LayeredMap<Key, Value> {
    return new LayeredMap<Key, Value>(new Map(), new Map(), 0);
  }

  get(key: Key): Value | undefined {
    return this.short.get(key) ?? this.long.get(key);
  }

  /** The same with this entry in place of the key's own; the map itself stays as it is. */
  with(key: Key, value: Value): LayeredMap<Key, Value> {
    const size = this.size + (this.get(key) === undefined ? 1 : 0);
    const short = new Map(this.short).set(key, value);
    if (short.size < SHORT_MAX) return new LayeredMap(this.long, short, size);
    return new LayeredMap(new Map([...this.long, ...short]), new Map(), size);
  }
}
