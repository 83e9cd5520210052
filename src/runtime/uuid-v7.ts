// UUID version 7 (RFC 9562, section 5.7): 48 bits of epoch milliseconds, a 12-bit counter (section 6.2, method 1), and
// 62 bits of chance.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

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

function uuidText(timeMs: number, counter: number, random: Uint8Array): string {
  const time = timeMs.toString(16).padStart(12, '0');
  const hex = (value: number): string => HEX[value & 0xff] ?? '00';
  const tail = (i: number): string => hex(random[i] ?? 0);
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-${hex(0x70 | (counter >>> 8))}${hex(counter)}` +
    `-${hex(0x80 | ((random[2] ?? 0) & 0x3f))}${tail(3)}-${tail(4)}${tail(5)}${tail(6)}${tail(7)}${tail(8)}${tail(9)}`
  );
}
