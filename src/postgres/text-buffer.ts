// Text put together byte by byte, for the few rows that are written for every bid: strings joined in JavaScript are trees
// of small objects first and are copied twice later, which cost a third of a bid's share of the processor.

const FIRST_BYTES = 4_096;
/** Buffers given back that are kept for the next, and how large one of them may be. */
const SPARE_MAX = 8;
const SPARE_BYTES_MAX = 8 * 1024 * 1024;
const ZERO = 48;
const MINUS = 45;
/** Digits are cut off in parts that fit 32 bits, where division is cheap. */
const PART = 100_000_000;
const PART_DIGITS = 8;
/** Enough digits for every safe integer. */
const NUMBER_WIDTH = 2 * PART_DIGITS;
/** Bytes that a UTF-16 unit takes in UTF-8 at most. */
const UTF8_BYTES_MAX = 3;
const ASCII_MAX = 0x7f;
const SHORT = 64;

const spare: Buffer[] = [];
const NO_BYTES = Buffer.alloc(0);

export class TextBuffer {
  protected bytes = spare.pop() ?? Buffer.allocUnsafe(FIRST_BYTES);
  protected end = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.end;
  }

  /** Forgets what was written and keeps the room. */
  clear(): void {
    this.end = 0;
  }

  /**
   * Gives the room back for the next buffer to be made, and begins again with none. To be called once nobody reads what
   * was written any more, views included. The garbage collector counts what lies outside of its heap as pressure: megabytes
   * a batch, left to it, made it mark the whole heap about twice a second.
   */
  release(): void {
    if (spare.length < SPARE_MAX && this.bytes.length <= SPARE_BYTES_MAX) spare.push(this.bytes);
    this.bytes = NO_BYTES;
    this.clear();
  }

  /** Appends text that holds ASCII only; anything else would come out wrong. */
  ascii(text: string): this {
    this.makeRoom(text.length);
    const { bytes } = this;
    let at = this.end;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.end = at;
    return this;
  }

  /** Appends any text as UTF-8. */
  utf8(text: string): this {
    this.makeRoom(UTF8_BYTES_MAX * text.length);
    if (text.length > SHORT || !this.writeAscii(text)) this.end += this.bytes.write(text, this.end, 'utf8');
    return this;
  }

  /** Appends the text if it holds ASCII only; for short ones that is sooner done than to leave JavaScript. */
  private writeAscii(text: string): boolean {
    const { bytes, end } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > ASCII_MAX) return false;
      bytes[end + i] = code;
    }
    this.end = end + text.length;
    return true;
  }

  /** Appends an integer in decimal; refuses what is not a safe one with a `RangeError`. */
  integer(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    this.makeRoom(NUMBER_WIDTH + 1);
    if (value < 0) this.bytes[this.end++] = MINUS;
    const magnitude = Math.abs(value);
    const digits = digitsOf(magnitude);
    writeDigits(this.bytes, this.end, digits, magnitude);
    this.end += digits;
    return this;
  }

  /** Appends an amount in decimal. */
  bigint(value: bigint): this {
    const number = Number(value);
    return Number.isSafeInteger(number) ? this.integer(number) : this.ascii(value.toString());
  }

  /** The bytes of this range, not copied: they change with the buffer. */
  view(from: number, to: number): Buffer {
    return this.bytes.subarray(from, to);
  }

  /** All of it as a string; it must hold ASCII only. */
  asciiText(): string {
    return this.bytes.toString('latin1', 0, this.end);
  }

  protected makeRoom(count: number): void {
    if (this.end + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * Math.max(this.bytes.length, count, FIRST_BYTES / 2));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}

/** The value's last `width` digits, from `at` on. */
function writeDigits(bytes: Buffer, at: number, width: number, value: number): void {
  const high = Math.floor(value / PART);
  const split = Math.max(0, width - PART_DIGITS);
  let rest = value - high * PART;
  for (let i = width - 1; i >= split; i--) {
    const tenth = (rest / 10) | 0;
    bytes[at + i] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  rest = high;
  for (let i = split - 1; i >= 0; i--) {
    const tenth = (rest / 10) | 0;
    bytes[at + i] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
}
