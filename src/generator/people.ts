// Who takes part: sellers, bidders, and a few accounts that are kept for fraud and do nothing else.
import { type Random, Weighted } from './random.js';
import { seededUuid } from './seeded-ids.js';
import { drawName } from './vocabulary.js';

export type Person = Readonly<{
  /** The place in the plan's list of people. */
  number: number;
  userId: string;
  username: string;
  name: string;
  email: string;
}>;

export type People = Readonly<{
  all: readonly Person[];
  sellers: readonly Person[];
  /** Drawn by how much each of them bids: few do a great deal, most a little. */
  bidders: Weighted<Person>;
  /** Accounts that only fraud uses. */
  accomplices: readonly Person[];
}>;

const SELLERS_SHARE = 0.1;
/** Zipf-like: the nth bidder weighs 1 / (n + offset). With 900 bidders the first bids about forty times as often as the last. */
const BUSYNESS_OFFSET = 20;

/** `count` people, the last `accomplices` of them kept aside. */
export function drawPeople(seed: string, count: number, accomplices: number, random: Random): People {
  const all = Array.from({ length: count }, (_, number): Person => {
    const { name, username } = drawName(random, number);
    return { number, userId: seededUuid(seed, 'user', number), username, name, email: `${username}@example.com` };
  });
  const sellers = Math.max(1, Math.floor(count * SELLERS_SHARE));
  const honest = all.slice(sellers, count - accomplices);
  return {
    all,
    sellers: all.slice(0, sellers),
    bidders: new Weighted(honest.map((person, rank) => [person, 1 / (rank + BUSYNESS_OFFSET)])),
    accomplices: all.slice(count - accomplices),
  };
}
