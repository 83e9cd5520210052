import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NUMBER_WIDTH, TextBuffer } from '../../src/runtime/text-buffer.js';

const written = (write: (buffer: TextBuffer) => void): string => {
  const buffer = new TextBuffer();
  write(buffer);
  return buffer.view(0, buffer.length).toString('utf8');
};

describe('text put together byte by byte', () => {
  it('writes every safe integer as JavaScript does', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => expect(written((b) => b.integer(n))).toBe(String(n))));
  });

  it.each([0, 9, 10, 99_999_999, 100_000_000, 100_000_001, Number.MAX_SAFE_INTEGER, -1, -100_000_000])(
    'writes %d',
    (n) => expect(written((b) => b.integer(n))).toBe(String(n)),
  );

  it.each([0.5, Number.NaN, 2 ** 53])('refuses %d', (n) =>
    expect(() => new TextBuffer().integer(n)).toThrow(`${n} is not a safe integer`),
  );

  it('writes amounts beyond the safe integers', () => {
    fc.assert(fc.property(fc.bigInt(), (n) => expect(written((b) => b.bigint(n))).toBe(n.toString())));
  });

  it('writes any text, and grows as it must', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3_000 }), { maxLength: 8 }), (texts) =>
        expect(
          written((b) => {
            for (const text of texts) b.utf8(text);
          }),
        ).toBe(Buffer.from(texts.join('')).toString('utf8')),
      ),
    );
  });

  it('fills the room it left with a number that reads the same', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger().map(Math.abs), fc.string({ maxLength: 5_000 }), (n, between) => {
        const buffer = new TextBuffer();
        const at = buffer.ascii('[').room();
        buffer.ascii(']').utf8(between);
        buffer.fill(at, n);
        const filled = buffer.view(at, at + NUMBER_WIDTH).toString('latin1');
        expect(filled).toMatch(/^\d{16}$/);
        expect(Number(filled)).toBe(n);
        expect(buffer.view(0, at).toString('latin1')).toBe('[');
        expect(buffer.view(at + NUMBER_WIDTH, at + NUMBER_WIDTH + 1).toString('latin1')).toBe(']');
      }),
    );
  });

  it.each([-1, 1.5, 2 ** 53])('refuses to fill a room with %d', (n) => {
    const buffer = new TextBuffer();
    const at = buffer.room();
    expect(() => buffer.fill(at, n)).toThrow(RangeError);
  });

  it('hands out its text, and starts anew when it is cleared', () => {
    const buffer = new TextBuffer().ascii('before');
    buffer.clear();
    expect(buffer.ascii('a').integer(-12).asciiText()).toBe('a-12');
  });
});
