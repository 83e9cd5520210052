// A map of bounded size. What was not touched while half of its room was filled by others is forgotten, which counts as never
// seen: a score can only be milder for it. (A Map in the order of use would be slow: its deleted keys are passed over one by one.)

export type Generations<Key, Value> = Readonly<{
  young: readonly (readonly [Key, Value])[];
  old: readonly (readonly [Key, Value])[];
}>;

export class TwoGenerations<Key, Value> {
  private young: Map<Key, Value>;
  private old: Map<Key, Value>;
  private readonly half: number;

  /** `max`: entries kept, at least 2. Between half of them and all of them are there once it is full. */
  constructor(max: number, { young, old }: Generations<Key, Value> = { young: [], old: [] }) {
    this.half = Math.max(1, Math.floor(max / 2));
    this.young = new Map(young);
    this.old = new Map(old);
  }

  get size(): number {
    return this.young.size + this.old.size;
  }

  /** Looks without touching. */
  peek(key: Key): Value | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  /** The value of a key, made if it is not there. */
  touch(key: Key, make: () => Value): Value {
    const there = this.young.get(key);
    if (there !== undefined) return there;
    const value = this.old.get(key) ?? make();
    this.old.delete(key);
    if (this.young.size >= this.half) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
    return value;
  }

  toGenerations(): Generations<Key, Value> {
    return { young: [...this.young], old: [...this.old] };
  }
}
