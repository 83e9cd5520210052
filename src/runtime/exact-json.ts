// JSON whose numbers are what their text says. JSON.parse rounds: 999999999999999.99999 becomes 10^15, and 1e3, 1000.0 and
// 1000 become the same, so nobody can tell afterwards what a client wrote.

/** A number that is no whole one in its own digits, or is beyond what JSON's readers agree on (RFC 8259, part 6): as it was written. */
export class NumberText {
  constructor(readonly text: string) {}

  toJSON(): string {
    return this.text;
  }

  toString(): string {
    return this.text;
  }
}

/** The reviver that leaves plain whole numbers alone, and makes a `NumberText` of every other one. */
export function exactNumbers(_key: string, value: unknown, context?: Readonly<{ source?: string }>): unknown {
  if (typeof value !== 'number') return value;
  const { source = '' } = context ?? {};
  return Number.isSafeInteger(value) && String(value) === source ? value : new NumberText(source);
}

/** Parses JSON with exact numbers. Throws what `JSON.parse` throws. */
export const parseExactly = (text: string): unknown => JSON.parse(text, exactNumbers);
