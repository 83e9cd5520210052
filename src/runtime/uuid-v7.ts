// UUID version 7 (RFC 9562, section 5.7): 48 bits of epoch milliseconds, a 12-bit counter (section 6.2, method 1), and
// 62 bits of chance.

const HEX_DIGITS = Buffer.from('0123456789abcdef');

/** Random bytes that one id takes: two to start a millisecond's counter, eight for its tail. */
export const RANDOM_BYTES_PER_UUID = 10;

const COUNTER_MAX = 0xfff;
/** A new millisecond starts in the counter's lower half, so that at least 2,048 ids fit behind it. */
const COUNTER_START_MASK = 0x7ff;
/** A clock that steps back by less than this is waited out; after a larger step, order across the step is given up. */
const STEP_BACK_MAX_MS = 1_000;

/** Makes ids that rise strictly, as text, for as long as the clock they are handed does not step back by a second. */
export class UuidV7Source {
  private timeMs = Number.NEGATIVE_INFINITY;
  private counter = 0;

  /** The next id, made of the clock's time in epoch milliseconds and ten random bytes. */
  next(nowMs: number, random: Uint8Array): string {
    const start = (((random[0] ?? 0) << 8) | (random[1] ?? 0)) & COUNTER_START_MASK;
    if (nowMs > this.timeMs || this.timeMs - nowMs > STEP_BACK_MAX_MS) this.begin(nowMs, start);
    else if (this.counter < COUNTER_MAX) this.counter += 1;
    else this.begin(this.timeMs + 1, start);
    return uuidText(this.timeMs, this.counter, random);
  }

  private begin(timeMs: number, counter: number): void {
    this.timeMs = timeMs;
    this.counter = counter;
  }
}

// Sixty thousand ids a second are written here: byte by byte into one place, so that each is one string and no garbage.
const text = Buffer.from('00000000-0000-7000-8000-000000000000');
const DASH_AFTER_BYTES = new Set([3, 5, 7, 9]);
/** Where each of the sixteen bytes begins in the text. */
const AT = Array.from({ length: 16 }, (_, byte) => 2 * byte + [...DASH_AFTER_BYTES].filter((b) => b < byte).length);

function writeByte(index: number, value: number): void {
  const at = AT[index] ?? 0;
  text[at] = HEX_DIGITS[(value >>> 4) & 0xf] ?? 0;
  text[at + 1] = HEX_DIGITS[value & 0xf] ?? 0;
}

function uuidText(timeMs: number, counter: number, random: Uint8Array): string {
  const high = Math.floor(timeMs / 2 ** 32);
  const low = timeMs >>> 0;
  writeByte(0, high >>> 8);
  writeByte(1, high);
  writeByte(2, low >>> 24);
  writeByte(3, low >>> 16);
  writeByte(4, low >>> 8);
  writeByte(5, low);
  writeByte(6, 0x70 | (counter >>> 8));
  writeByte(7, counter);
  writeByte(8, 0x80 | ((random[2] ?? 0) & 0x3f));
  for (let i = 3; i < RANDOM_BYTES_PER_UUID; i++) writeByte(6 + i, random[i] ?? 0);
  return text.toString('latin1');
}
