// Rows of COPY's binary format (PostgreSQL documentation, COPY, "Binary Format"). The server copies what it would have to
// parse in the text format: a fifth of what a bid costs it. Columns must have exactly the types written here.
import { TextBuffer } from './text-buffer.js';

const NULL_LENGTH = -1;
const LENGTH_BYTES = 4;
const INT8_BYTES = 8;
const TWO_TO_32 = 2 ** 32;
const UUID_BYTES = 16;
/** Where the dashes are in a UUID's text, and where the pairs of digits begin. */
const DASH = 0x2d;
const DASHES = [8, 13, 18, 23];
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const UUID_LENGTH = 36;
/** The value of a hexadecimal digit by its character code; negative for any other character. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));
/** PostgreSQL counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** PostgreSQL's numbers for the types that arrays are made of (pg_type.dat). */
export const ELEMENT_TYPES = { bool: 16, int8: 20, int4: 23, uuid: 2950 } as const;
const MAY_HOLD_NULLS = 1;

export class BinaryRows extends TextBuffer {
  /** Where each row begins. */
  private starts: number[] = [];

  get rowCount(): number {
    return this.starts.length;
  }

  /** The bytes of the rows from one index to before another, not copied: they change with the buffer. */
  rowsBetween(from: number, to: number): Buffer {
    return this.view(this.startOf(from), this.startOf(to));
  }

  /** Where the row of this index begins, or would begin if it were the next. */
  startOf(index: number): number {
    return this.starts[index] ?? this.length;
  }

  override clear(): void {
    super.clear();
    this.starts = [];
  }

  /** Begins an array of one dimension, in the format of a binary parameter. Its elements follow as fields do. */
  array(elements: keyof typeof ELEMENT_TYPES, count: number): this {
    return this.word(1).word(MAY_HOLD_NULLS).word(ELEMENT_TYPES[elements]).word(count).word(1);
  }

  /** Begins a row. */
  row(columns: number): this {
    this.starts.push(this.end);
    return this.halfWord(columns);
  }

  null(): this {
    return this.word(NULL_LENGTH);
  }

  bool(value: boolean): this {
    const at = this.bytesLater(1);
    this.bytes[at] = value ? 1 : 0;
    return this;
  }

  int2(value: number): this {
    return this.word(2).halfWord(value);
  }

  /** Refuses with a `RangeError` what is not a 32-bit integer. */
  int4(value: number): this {
    if ((value | 0) !== value) throw new RangeError(`${value} is not a 32-bit integer`);
    return this.word(4).word(value);
  }

  /** Refuses with a `RangeError` what is not a safe integer. */
  int8(value: number): this {
    const at = this.bytesLater(INT8_BYTES);
    return this.setInt8(at, value);
  }

  /** Writes an int8 into the room that begins here; refuses with a `RangeError` what is not a safe integer. */
  setInt8(at: number, value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    const high = Math.floor(value / TWO_TO_32);
    this.writeWord(at, high | 0);
    this.writeWord(at + LENGTH_BYTES, (value - high * TWO_TO_32) | 0);
    return this;
  }

  /** Adds a copy of these rows. */
  addRows(others: BinaryRows): void {
    this.makeRoom(others.length);
    for (const start of others.starts) this.starts.push(this.end + start);
    others.bytes.copy(this.bytes, this.end, 0, others.length);
    this.end += others.length;
  }

  /** An amount as int8; refuses with a `RangeError` what does not fit one. */
  amount(value: bigint): this {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return this.int8(number);
    const at = this.bytesLater(INT8_BYTES);
    this.bytes.writeBigInt64BE(value, at);
    return this;
  }

  /**
   * A lower-case UUID. Anything else is written as what the server refuses like any other data that it will not take, so that
   * the one row is found out and nobody else pays for it.
   */
  uuid(text: string): this {
    const from = this.beginField();
    this.makeRoom(UUID_BYTES + 1);
    const { bytes } = this;
    let at = this.end;
    let wrong = text.length === UUID_LENGTH ? 0 : -1;
    for (const dash of DASHES) if (text.charCodeAt(dash) !== DASH) wrong = -1;
    for (const pair of PAIRS) {
      const value = ((DIGITS[text.charCodeAt(pair)] ?? -1) << 4) | (DIGITS[text.charCodeAt(pair + 1)] ?? -1);
      wrong |= value;
      bytes[at++] = value;
    }
    // A field of 17 bytes is no UUID to any server.
    if (wrong < 0) bytes[at++] = 0;
    this.end = at;
    return this.endField(from);
  }

  /** A point in time, in epoch milliseconds, as timestamptz. */
  time(at: number): this {
    return this.int8((at - POSTGRES_EPOCH_MS) * 1_000);
  }

  /** Text of ASCII only. */
  asciiField(text: string): this {
    return this.word(text.length).ascii(text);
  }

  utf8Field(text: string): this {
    const at = this.beginField();
    this.utf8(text);
    return this.endField(at);
  }

  /** Begins a field of a length that is known only once it is written; tells where it begins. */
  beginField(): number {
    this.word(0);
    return this.end;
  }

  /** Ends the field that begins here. */
  endField(from: number): this {
    this.writeWord(from - LENGTH_BYTES, this.end - from);
    return this;
  }

  /** Leaves room for so many bytes in a field of its own; tells where they go. */
  bytesLater(count: number): number {
    this.word(count);
    const at = this.end;
    this.makeRoom(count);
    this.end += count;
    return at;
  }

  /** Writes bytes, given as characters of those codes, into the room that begins here. */
  fillBytes(at: number, latin1: string): void {
    for (let i = 0; i < latin1.length; i++) this.bytes[at + i] = latin1.charCodeAt(i);
  }

  private halfWord(value: number): this {
    this.makeRoom(2);
    this.bytes[this.end++] = value >> 8;
    this.bytes[this.end++] = value;
    return this;
  }

  private word(value: number): this {
    this.makeRoom(LENGTH_BYTES);
    this.writeWord(this.end, value);
    this.end += LENGTH_BYTES;
    return this;
  }

  private writeWord(at: number, value: number): void {
    const { bytes } = this;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
  }
}
