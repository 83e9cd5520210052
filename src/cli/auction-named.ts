// An auction as somebody types it: by its id, or by the first letters that `gavel watch` prints.
import { uuidIn } from '../domain/ids.js';
import { OperatorError } from '../runtime/operator-error.js';

export type Named = Readonly<{ auctionId: string; title: string }>;

/** The least and the greatest UUID that begin with what was typed; the same one twice for a whole id. */
export type IdRange = readonly [from: string, to: string];

const LETTERS_MIN = 4;
const LEAST = '00000000-0000-1000-8000-000000000000';
const GREATEST = 'ffffffff-ffff-8fff-bfff-ffffffffffff';
/** So many candidates fit a sentence. */
export const CANDIDATES_SHOWN = 8;

/** Reads the text, in either case. Refuses what begins no id, with one sentence. */
export function readIdRange(text: string): IdRange {
  const filled = (rest: string): string | null => uuidIn(text + rest.slice(text.length));
  const [from, to] = text.length < LETTERS_MIN ? [null, null] : [filled(LEAST), filled(GREATEST)];
  if (from !== null && to !== null) return [from, to];
  const shown = JSON.stringify(text.slice(0, 60));
  throw new OperatorError(`${shown} is neither the id of an auction nor its first ${LETTERS_MIN} letters or more`);
}

/** The one auction that was found by `letters`. Refuses none, as `what` that is missing, and several, which are listed. */
export function onlyOne(letters: string, found: readonly Named[], what: string): string {
  const [first] = found;
  if (first === undefined) throw new OperatorError(`no ${what} begins with ${letters}`);
  if (found.length === 1) return first.auctionId;
  const shown = found.slice(0, CANDIDATES_SHOWN).map(({ auctionId, title }) => `${auctionId} (${title})`);
  const others = found.length > CANDIDATES_SHOWN ? ' and others' : '';
  throw new OperatorError(`several auctions' ids begin with ${letters}; give more of ${shown.join(', ')}${others}`);
}
