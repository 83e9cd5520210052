// Bodies: JSON in UTF-8 and nothing else. What a parser would quietly mend is refused: bad UTF-8, keys that reach for
// prototypes, nesting that no request of ours needs. Numbers keep their digits: whether one is whole is judged by its text.
import type { FastifyInstance } from 'fastify';
import secureJson from 'secure-json-parse';
import { exactNumbers } from '../../runtime/exact-json.js';
import { ApiError } from './api-error.js';

/** Our deepest body, a listing with its increments, nests five deep. */
export const DEPTH_MAX = 16;

/** Makes JSON the only body there is. An absent body reads as undefined, which routes without fields accept. */
export function takeJsonOnly(instance: FastifyInstance, bodyBytesMax: number): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  instance.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const;
  instance.addContentTypeParser('application/json', options, (_request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = decoded(utf8, body);
    if (text === null) return done(new ApiError(400, 'BodyNotUtf8', 'the body is not UTF-8'));
    if (depthOf(text) > DEPTH_MAX)
      return done(new ApiError(400, 'BodyTooDeep', `the body nests deeper than ${DEPTH_MAX} levels`));
    const json = parsed(text);
    return json === null
      ? done(new ApiError(400, 'BodyNotJson', 'the body is not valid JSON'))
      : done(null, json.value);
  });
}

/** Null for what is no JSON, or reaches for prototypes. */
function parsed(text: string): Readonly<{ value: unknown }> | null {
  try {
    return { value: secureJson.parse(text, exactNumbers, { protoAction: 'error', constructorAction: 'error' }) };
  } catch {
    return null;
  }
}

function decoded(utf8: InstanceType<typeof TextDecoder>, body: Buffer): string | null {
  try {
    return utf8.decode(body);
  } catch {
    return null;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** How deep the brackets of a JSON text nest; of anything else, some number. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (inString) {
      if (unit === BACKSLASH) i += 1;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (OPENING.has(unit)) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (CLOSING.has(unit)) depth -= 1;
  }
  return deepest;
}
