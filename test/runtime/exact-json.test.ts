// Numbers as they were written.
import { describe, expect, it } from '@jest/globals';
import { NumberText, parseExactly } from '../../src/runtime/exact-json.js';

describe('a number', () => {
  it.each(['0', '1', '-1', '1000', '9007199254740991', '-9007199254740991'])('%s is itself', (text) =>
    expect(parseExactly(`{"a":[${text}]}`)).toEqual({ a: [Number(text)] }),
  );
  it.each([
    '-0',
    '1.0',
    '1000.0',
    '1e3',
    '1E3',
    '1e+3',
    '1e-3',
    '0.1',
    '999999999999999.99999',
    '9007199254740992',
    '1e999',
  ])('%s is the text that was written', (text) =>
    expect(parseExactly(`{"a":[${text}]}`)).toEqual({ a: [new NumberText(text)] }),
  );
});

it('whatever is no number stays as JSON has it', () =>
  expect(parseExactly('{"a":["1e3",true,null,{}],"b":"1.0"}')).toEqual({ a: ['1e3', true, null, {}], b: '1.0' }));

it('what is no JSON throws', () => expect(() => parseExactly('{"a":01}')).toThrow(SyntaxError));
