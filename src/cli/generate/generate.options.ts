// What `gavel generate` may be told, read from text. Each bad value is one sentence that says what would be right.
import type { PlanOptions } from '../../generator/plan.js';
import { PROFILES, type Profile } from '../../generator/timing.js';
import { OperatorError } from '../../runtime/operator-error.js';
import { readHouseUrl } from '../house-address.js';

/** As the command line has them; absent is undefined. */
export type GenerateTexts = Readonly<{
  users: string;
  items: string;
  bids: string;
  profile: string;
  fraud: string;
  rate: string;
  seed?: string;
  duration?: string;
  url?: string;
  via: string;
}>;

export type GenerateOptions = Readonly<{
  plan: PlanOptions;
  /** Requests a second, at most. */
  rate: number;
  /** Of the run, in ms; null is as long as the rate needs. */
  durationMs: number | null;
  /** Null is the house of this configuration. */
  url: URL | null;
  /** How listings and bids travel. */
  via: Road;
}>;

const PROFILE_NAMES = Object.keys(PROFILES).filter((name): name is Profile => name in PROFILES);

const ROADS = ['http', 'kafka'] as const;
export type Road = (typeof ROADS)[number];

/** Fewer people could not outbid each other and keep a ring of shills aside. */
const USERS_MIN = 20;
const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION_MIN_MS = 10_000;
const DURATION_MAX_MS = 60 * UNITS_MS.d;

/** Reads them all; `freshSeed` stands in for a seed that is not given. Throws a OperatorError at the first bad one. */
export function readGenerateOptions(texts: GenerateTexts, freshSeed: () => string): GenerateOptions {
  return {
    plan: {
      seed: texts.seed === undefined ? freshSeed() : seedOf(texts.seed),
      users: wholeOf('--users', texts.users, USERS_MIN, 100_000),
      items: wholeOf('--items', texts.items, 1, 200_000),
      bids: wholeOf('--bids', texts.bids, 0, 2_000_000),
      profile: oneOf('--profile', texts.profile, PROFILE_NAMES),
      fraudPercent: numberOf('--fraud', texts.fraud, 0, 50),
    },
    rate: numberOf('--rate', texts.rate, 0.1, 100_000),
    durationMs: texts.duration === undefined ? null : durationOf(texts.duration),
    url: readHouseUrl(texts.url),
    via: oneOf('--via', texts.via, ROADS),
  };
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

function wholeOf(name: string, text: string, min: number, max: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new OperatorError(`${name} is ${shown(text)}; it must be a whole number from ${min} to ${max}`);
}

function numberOf(name: string, text: string, min: number, max: number): number {
  if (/^\d{1,9}(\.\d{1,3})?$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new OperatorError(`${name} is ${shown(text)}; it must be a number from ${min} to ${max}`);
}

function seedOf(text: string): string {
  if (/^[\w.-]{1,64}$/.test(text)) return text;
  throw new OperatorError(`--seed is ${shown(text)}; it must be 1 to 64 letters, digits, dots, dashes or underscores`);
}

function oneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new OperatorError(`${option} is ${shown(text)}; it must be one of ${names.join(', ')}`);
}

function durationOf(text: string): number {
  const [, number, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const ms = Object.entries(UNITS_MS).find(([name]) => name === unit)?.[1] ?? Number.NaN;
  const duration = Number(number) * ms;
  if (duration >= DURATION_MIN_MS && duration <= DURATION_MAX_MS) return duration;
  throw new OperatorError(`--duration is ${shown(text)}; it must be a time from 10s to 60d, as 90s, 10m, 2h or 7d`);
}
