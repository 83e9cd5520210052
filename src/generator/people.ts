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
  /** What they may do beside bidding and selling; staff do neither. */
  staff?: 'operator';
}>;

export type People = Readonly<{
  all: readonly Person[];
  sellers: readonly Person[];
  /** Drawn by how much each of them sells: few sell a great deal, most a little. */
  consignors: Drawn<Person>;
  /** Who may bid, but for the accomplices. */
  honest: readonly Person[];
  /** Drawn by how much each of them bids: few do a great deal, most a little. */
  bidders: Drawn<Person>;
  /** Accounts that only fraud uses. */
  accomplices: readonly Person[];
}>;

/** Something to draw from. */
export type Drawn<T> = Readonly<{ draw(random: Random): T }>;

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
    consignors: byBusyness(all.slice(0, sellers)),
    honest,
    bidders: byBusyness(honest),
    accomplices: all.slice(count - accomplices),
  };
}

/** Two who keep the house, for what takes two; numbered behind `count` people. */
export const drawStaff = (seed: string, count: number): readonly [Person, Person] => [
  staffOf(seed, count, 'mona'),
  staffOf(seed, count + 1, 'theo'),
];

const staffOf = (seed: string, number: number, name: string): Person => ({
  number,
  userId: seededUuid(seed, 'user', number),
  username: `desk.${name}`,
  name: `The house's ${name}`,
  email: `desk.${name}@example.com`,
  staff: 'operator',
});

/** These alone, drawn by how much each of them bids. */
export const bidders = (people: readonly Person[]): Pick<People, 'honest' | 'bidders'> => ({
  honest: people,
  bidders: byBusyness(people),
});

const byBusyness = (people: readonly Person[]): Weighted<Person> =>
  new Weighted(people.map((person, rank) => [person, 1 / (rank + BUSYNESS_OFFSET)]));

/** Of recorded bidders so many are seen in one auction only, and so many of those who come to an auction are such. */
const ONE_TIME_PEOPLE = 0.8;
const ONE_TIME_VISITS = 0.6;

/** The bidders of a whole plan: most people come once, and the others come back. Each draw is a person who comes to an auction. */
export function visitors({ honest }: Pick<People, 'honest'>, visits: number): Drawn<Person> {
  const regulars = honest.slice(0, Math.max(2, Math.round(honest.length * (1 - ONE_TIME_PEOPLE))));
  const once = honest.slice(regulars.length);
  const share = Math.min(ONE_TIME_VISITS, once.length / Math.max(1, visits));
  const regular = byBusyness(regulars);
  return {
    draw: (random) => (random.fraction() < share ? once.pop() : undefined) ?? regular.draw(random),
  };
}
