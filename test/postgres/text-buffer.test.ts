import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TextBuffer } from '../../src/postgres/text-buffer.js';

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

  it('hands out its text, and starts anew when it is cleared', () => {
    const buffer = new TextBuffer().ascii('before');
    buffer.clear();
    expect(buffer.ascii('a').integer(-12).asciiText()).toBe('a-12');
  });

  it('gives its room to the next buffer once it is released, and then holds nothing', () => {
    const buffer = new TextBuffer().utf8('x'.repeat(100_000));
    const room = buffer.view(0, 1).buffer;
    buffer.release();
    expect(buffer.length).toBe(0);
    const next = new TextBuffer().ascii('next');
    expect(next.view(0, 1).buffer).toBe(room);
    expect(buffer.ascii('other').view(0, 1).buffer).not.toBe(room);
    expect(next.asciiText()).toBe('next');
  });

  it('does not keep a room that one large batch has made', () => {
    const buffer = new TextBuffer().utf8('x'.repeat(9_000_000));
    const room = buffer.view(0, 1).buffer;
    buffer.release();
    expect(new TextBuffer().ascii('next').view(0, 1).buffer).not.toBe(room);
  });
});
