import { describe, expect, it } from '@jest/globals';
import { textProblem } from '../../src/domain/text-limits.js';

const line = { lengthMin: 1, lengthMax: 10, lines: 'one' } as const;
const text = { lengthMin: 0, lengthMax: 10, lines: 'many' } as const;

describe('a text', () => {
  it('keeps to its length in UTF-16 units', () => {
    expect(textProblem('', line)).toBe('must have 1 to 10 characters');
    expect(textProblem('x', line)).toBeNull();
    expect(textProblem('x'.repeat(10), line)).toBeNull();
    expect(textProblem('x'.repeat(11), line)).toBe('must have 1 to 10 characters');
    expect(textProblem('😀'.repeat(5), line)).toBeNull();
    expect(textProblem('😀'.repeat(6), line)).toBe('must have 1 to 10 characters');
    expect(textProblem('', text)).toBeNull();
  });
  it('is not blank where something has to be said', () => {
    expect(textProblem(' \u00a0', line)).toBe('must not be blank');
    expect(textProblem('  ', text)).toBeNull();
  });
  it.each(['\ud83d', '\ude00', 'a\ude00\ud83d'])('has no lone surrogates', (half) =>
    expect(textProblem(half, text)).toBe('must be well-formed Unicode, without lone surrogates'),
  );
  it.each([0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x9f])('has no control character %s', (code) => {
    const withIt = `a${String.fromCharCode(code)}b`;
    expect(textProblem(withIt, line)).toBe('must not contain control characters');
    expect(textProblem(withIt, text)).toBe('must not contain control characters other than tab and newline');
  });
  it.each(['\t', '\n'])('may have tabs and newlines only where it has lines', (character) => {
    expect(textProblem(`a${character}b`, line)).toBe('must not contain control characters');
    expect(textProblem(`a${character}b`, text)).toBeNull();
  });
  it.each(['\u0020', '\u00a0', '“Üñí”', '漢字', 'שלום'])('may hold %s', (character) =>
    expect(textProblem(`a${character}`, line)).toBeNull(),
  );
});
