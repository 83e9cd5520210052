// Bodies are read exactly, whichever of the two ways of parsing they take.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fastify } from 'fastify';
import { sendError } from '../../src/api/http/errors.js';
import { takeJsonOnly } from '../../src/api/http/json-body.js';
import { outlineOf } from '../../src/api/http/json-outline.js';
import { parseExactly } from '../../src/runtime/exact-json.js';

async function read(body: string): Promise<Readonly<{ status: number; body: unknown }>> {
  const instance = fastify();
  takeJsonOnly(instance, 100_000);
  instance.setErrorHandler((error, request, reply) => sendError({ log: console } as never, error, request, reply));
  const seen: unknown[] = [];
  instance.post('/', async (request) => {
    seen.push(request.body);
    return {};
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await instance.inject({ method: 'POST', url: '/', headers, body });
  return { status: answer.statusCode, body: answer.statusCode === 200 ? seen[0] : answer.json() };
}

it('reads every JSON value as a parser does that looks at each number', () =>
  fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      const text = JSON.stringify({ value });
      if (/"__proto__"|"constructor"/.test(text)) return;
      if (outlineOf(text).depth > 16) return;
      expect(await read(text)).toEqual({ status: 200, body: parseExactly(text) });
    }),
  ));

describe('numbers', () => {
  it.each(['[0]', '[999999999999999]', '{"a":12,"b":[3]}', '["1.5","-1","1e3"]', '[true,false,null]', '{"1e1":1}'])(
    'are plain in %s',
    (text) => expect(outlineOf(text).hasPlainNumbers).toBe(true),
  );
  it.each(['[-0]', '[-1]', '[1000000000000000]', '[1.0]', '[1e3]', '[1E3]', '{"a":1,"b":0.1}'])(
    'are not in %s',
    (text) => expect(outlineOf(text).hasPlainNumbers).toBe(false),
  );
});

describe('a key that stands twice in one object', () => {
  it.each(['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"b":{"a":1,"c":2,"a":3}}', '[{"a":[],"a":[]}]', '{"":1,"":2}'])(
    'is refused: %s',
    async (text) => expect(await read(text)).toMatchObject({ status: 400, body: { code: 'BodyKeyTwice' } }),
  );
  it.each(['{"a":1,"b":1}', '[{"a":1},{"a":1}]', '{"a":{"a":1}}', '{"a":":","b":"\\":"}'])(
    'is not one key in two objects, or text: %s',
    async (text) => expect((await read(text)).status).toBe(200),
  );
});

describe('depth', () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

  it('is taken up to 16 levels', async () => expect((await read(nested(16))).status).toBe(200));
  it('is refused beyond', async () =>
    expect(await read(nested(17))).toMatchObject({ status: 400, body: { code: 'BodyTooDeep' } }));
});
