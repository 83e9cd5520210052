// Bodies: JSON in UTF-8 and nothing else. What a parser would quietly mend is refused: bad UTF-8, keys that reach for
// prototypes, keys that stand twice in one object, nesting that no request of ours needs. Numbers keep their digits: whether
// one is whole is judged by its text.
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import secureJson from 'secure-json-parse';
import { exactNumbers, NumberText } from '../../runtime/exact-json.js';
import { ApiError } from './api-error.js';
import { outlineOf } from './json-outline.js';

/** Our deepest body, a listing with its increments, nests five deep. */
export const DEPTH_MAX = 16;

const SAFE = { protoAction: 'error', constructorAction: 'error' } as const;

/** Makes JSON the only body there is. An absent body reads as undefined, which routes without fields accept. */
export function takeJsonOnly(instance: FastifyInstance, bodyBytesMax: number): void {
  instance.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const;
  instance.addContentTypeParser('application/json', options, (_request, body: Buffer, done) => {
    done(null, body.length === 0 ? undefined : jsonOf(body));
  });
}

/** The value of a body. Throws a 400 that says what is wrong with it. */
function jsonOf(body: Buffer): unknown {
  if (!isUtf8(body)) throw new ApiError(400, 'BodyNotUtf8', 'the body is not UTF-8');
  const text = body.toString('utf8');
  const { depth, members, hasPlainNumbers } = outlineOf(text);
  if (depth > DEPTH_MAX) throw new ApiError(400, 'BodyTooDeep', `the body nests deeper than ${DEPTH_MAX} levels`);
  const value = parsed(text, hasPlainNumbers);
  // A parser keeps the last one of a key, other readers the first (RFC 8259, part 4).
  if (membersIn(value) !== members)
    throw new ApiError(400, 'BodyKeyTwice', 'an object in the body has the same key twice; each may be there once');
  return value;
}

/** To look at every number's text costs more than all the rest, so it is done only where one is not plain. */
function parsed(text: string, hasPlainNumbers: boolean): unknown {
  try {
    return hasPlainNumbers ? secureJson.parse(text, SAFE) : secureJson.parse(text, exactNumbers, SAFE);
  } catch {
    // No JSON, or it reaches for prototypes.
    throw new ApiError(400, 'BodyNotJson', 'the body is not valid JSON');
  }
}

/** How many members all objects in a parsed value have. */
function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null || value instanceof NumberText) return 0;
  const parts: unknown[] = Object.values(value);
  return parts.reduce<number>((sum, part) => sum + membersIn(part), Array.isArray(value) ? 0 : parts.length);
}
