import { describe, expect, it } from '@jest/globals';
import { decodedText } from '../../../src/batch/ingest/read-text.js';
import { csvRows, jsonRows, type Rows } from '../../../src/batch/ingest/source-rows.js';

/** The bytes in pieces of `size`, as a disk or a network may give them. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

const textOf = async (bytes: Uint8Array, encoding = 'utf-8', size = 3): Promise<string> => {
  let all = '';
  for await (const piece of decodedText(pieces(bytes, size), encoding).text) all += piece;
  return all;
};

async function* asText(text: string, size: number): AsyncGenerator<string> {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}

const csv = (text: string, columns: readonly string[] = ['a'], delimiter = ',') =>
  csvRows(asText(text, text.length > 1_000 ? 65_536 : 7), { columns, delimiter });
const json = (text: string) =>
  jsonRows(asText(text, text.length > 1_000 ? 65_536 : 7), { columns: ['a', 'b.c'], delimiter: ',' });

async function listed({ rows }: Rows) {
  const all = [];
  for await (const { line, cells, problem } of rows) all.push([line, ...cells, ...(problem === null ? [] : [problem])]);
  return all;
}

describe('text', () => {
  const words = '“Misty” é €';
  const utf16 = Buffer.from(`\ufeff${words}`, 'utf16le');
  it.each([1, 2, 3, 100])('is told from a mark, in pieces of %i', async (size) => {
    expect(await textOf(Buffer.from(`\ufeff${words}`), 'windows-1252', size)).toBe(words);
    expect(await textOf(utf16, 'utf-8', size)).toBe(words);
    expect(await textOf(Buffer.from(utf16).swap16(), 'utf-8', size)).toBe(words);
  });
  it('is of the profile’s encoding without one', async () => {
    expect(await textOf(Buffer.from([0x93, 0x80, 0xe9]), 'windows-1252')).toBe('“€é');
    expect(await textOf(Buffer.from(words), 'utf-8', 1)).toBe(words);
  });
  it.each([1, 2, 3, 100])('has lines that end in a newline alone, in pieces of %i', async (size) =>
    expect(await textOf(Buffer.from('a\r\nb\rc\n\r\n\r'), 'utf-8', size)).toBe('a\nb\nc\n\n\n'),
  );
  it.each([[''], ['a'], ['ab']])('may be shorter than a mark: "%s"', async (text) =>
    expect(await textOf(Buffer.from(text), 'utf-8', 1)).toBe(text),
  );
  it.each([
    ['in the middle', Buffer.from([0x61, 0xe9, 0x62, 0x63])],
    ['at the end', Buffer.from([0x61, 0x62, 0x63, 0xe2, 0x82])],
    ['in a short file', Buffer.from([0xe9])],
  ])('is refused where it is not: %s', async (_, bytes) =>
    expect(textOf(bytes)).rejects.toThrow('is not text in UTF-8'),
  );
});

describe('rows of CSV', () => {
  it('begin on the lines that are told, whatever is quoted or empty between them', async () =>
    expect(await listed(await csv('a,b\n1,"x\ny"\n\n2,"say ""hi"""\n3,z'))).toEqual([
      [2, '1', 'x\ny'],
      [5, '2', 'say "hi"'],
      [6, '3', 'z'],
    ]));
  it('may have other delimiters', async () =>
    expect(await listed(await csv('a;b\n1,5;2\n', ['a'], ';'))).toEqual([[2, '1,5', '2']]));
  it('keep stray quotation marks', async () =>
    expect(await listed(await csv('a,b\n1,33.66" x 16.93"\n2,"x" y\n3,z\n'))).toEqual([
      [2, '1', '33.66" x 16.93"'],
      [3, '2', '"x" y'],
      [4, '3', 'z'],
    ]));
  it('are told apart from those that have values too few or too many', async () =>
    expect(await listed(await csv('a,b\n1\n2,3,4\n5,6\n'))).toEqual([
      [2, '1', { column: '', reason: 'must have 2 values, as the header has, and has 1' }],
      [3, '2', '3', '4', { column: '', reason: 'must have 2 values, as the header has, and has 3' }],
      [4, '5', '6'],
    ]));
  it('are no rows where a mark swallowed the next one', async () =>
    expect(await listed(await csv('a,b\n1,"x\n2,"z"\n3,w\n'))).toEqual([
      [2, '1', '"x\n2,"z"', { column: 'b', reason: expect.stringContaining('quotation mark') }],
      [4, '3', 'w'],
    ]));
  it('end where a mark is never closed', async () =>
    expect(csv('a,b\n0,y\n1,"x\n2,z\n').then(listed)).rejects.toThrow(/^cannot be read to its end: .*line 4/));
  it('end where a mark takes in more than any row has', async () =>
    expect(csv(`a,b\n1,"x\n${'2,z\n'.repeat(300_000)}3,"w"\n`).then(listed)).rejects.toThrow(
      /^cannot be read to its end: /,
    ));
  it.each([
    ['', /^is empty/],
    ['b,c\n1,2\n', /^has no column "a"; its columns are b, c$/],
    ['a,a\n1,2\n', /^has the column "a" twice$/],
  ])('need a header: %j', async (text, message) => expect(csv(text)).rejects.toThrow(message));
});

describe('rows of JSON', () => {
  it.each([
    ['an object a line', '{"a":1,"b":{"c":"x"}}\n\n{"a":null,"z":true}', [2, 4]],
    ['an array', ' [{"a":1,"b":{"c":"x"}},\n{"a":null}]', [2, 3]],
  ])('are %s', async (_, text, [, second]) => {
    const isArray = text.trim().startsWith('[');
    expect(await listed(json(text))).toEqual([
      [1, '1', 'x'],
      [isArray ? 2 : (second ?? 0) - 1, '', ''],
    ]);
  });
  it('are told apart from what is none', async () =>
    expect(await listed(json('{"a":1}\nnot json\n[1]\n7\n{"a":2}\n'))).toEqual([
      [1, '1', ''],
      [2, 'not json', { column: '', reason: 'is not JSON' }],
      [3, '[1]', { column: '', reason: 'must be a JSON object' }],
      [4, '7', { column: '', reason: 'must be a JSON object' }],
      [5, '2', ''],
    ]));
  it('end where an array is none', async () => expect(listed(json('[{"a":1},'))).rejects.toThrow('is not JSON'));
  it('end where a line is longer than any row', async () =>
    expect(listed(json(`{"a":1}\n{"a":"${'x'.repeat(1_000_001)}`))).rejects.toThrow(/more than 1000000.*line 2/));
});
