import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEvent, EventUnreadable, encodeEvent, eventCodec, type Upcaster } from '../../src/journal/event-codec.js';
import { EVENT_SCHEMAS } from '../../src/journal/event-schemas.js';

const folder = join('test', 'fixtures', 'events');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const fixtures = names.map((name) => {
  const [type = '', version = ''] = name.split('.');
  const text = readFileSync(join(folder, name), 'utf8').trimEnd();
  return { name, type, version: Number(version.slice(1)), text };
});

function fixture(name: string) {
  const found = fixtures.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no fixture ${name}`);
  return found;
}

describe('events as they were once stored', () => {
  it.each(fixtures)('can be read: $name', ({ type, version, text }) => {
    expect(decodeEvent(type, version, text).type).toBe(type);
  });

  // What is written is of the newest version there is of its type.
  const newest = (type: string): number => Math.max(...fixtures.map((one) => (one.type === type ? one.version : 0)));
  it.each(fixtures.filter(({ type, version }) => version === newest(type)))(
    'are written as before, to the byte: $name',
    ({ type, version, text }) => {
      expect(encodeEvent(decodeEvent(type, version, text))).toEqual({ eventType: type, schemaVersion: version, text });
    },
  );

  it('are lifted: a payment of before one could pay several sales was for one', () => {
    const [before, today] = [fixture('PaymentRecorded.v1.json'), fixture('PaymentRecorded.v2.json')];
    expect(decodeEvent('PaymentRecorded', 1, before.text)).toEqual(decodeEvent('PaymentRecorded', 2, today.text));
    expect(Object.keys(JSON.parse(before.text))).not.toContain('paymentTotal');
  });

  it('are lifted: a document of before there were part refunds is of no refund', () => {
    const [before, today] = [fixture('DocumentIssued.v1.json'), fixture('DocumentIssued.v2.json')];
    expect(decodeEvent('DocumentIssued', 1, before.text)).toEqual(decodeEvent('DocumentIssued', 2, today.text));
    expect(Object.keys(JSON.parse(before.text))).not.toContain('refund');
  });

  it('include every event type', () => {
    const missing = Object.keys(EVENT_SCHEMAS).filter((type) => !fixtures.some((one) => one.type === type));
    expect(missing).toEqual([]);
  });

  it('have not been changed or removed since (events are for ever: add a fixture, never edit one)', () => {
    const kept = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    const now = names.map((name) => {
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
      return `${sum}  ${name}`;
    });
    expect(now.sort()).toEqual(kept.sort());
  });
});

describe('what was never written is refused', () => {
  const bid = fixture('BidPlaced.v1.json').text;
  const changed = (change: (stored: Record<string, unknown>) => void): string => {
    const stored = JSON.parse(bid);
    change(stored);
    return JSON.stringify(stored);
  };

  it.each([
    ['an unknown type', 'BidImagined', 1, bid],
    ['a type named like a property of every object', 'toString', 1, bid],
    ['version 0', 'BidPlaced', 0, bid],
    ['a version that is not written yet', 'BidPlaced', 2, bid],
    ['text cut short', 'BidPlaced', 1, bid.slice(0, -1)],
    ['text that is not an object', 'BidPlaced', 1, '[]'],
    ['null', 'BidPlaced', 1, 'null'],
    ['another type inside', 'BidRetracted', 1, bid],
    ['a field too many', 'BidPlaced', 1, changed((stored) => Object.assign(stored, { note: 'x' }))],
    ['a field too few', 'BidPlaced', 1, changed((stored) => delete stored['userRevision'])],
    ['an amount as a number', 'BidPlaced', 1, changed((stored) => Object.assign(stored, { maximum: 7500 }))],
    ['an amount with a fraction', 'BidPlaced', 1, changed((stored) => Object.assign(stored, { maximum: '75.5' }))],
    ['a time with a fraction', 'BidPlaced', 1, changed((stored) => Object.assign(stored, { placedAt: 1.5 }))],
    ['an unknown currency', 'BidPlaced', 1, changed((stored) => Object.assign(stored, { currency: 'XTS' }))],
    ['a user that is none', 'BidPlaced', 1, changed((stored) => Object.assign(stored, { bidderId: 'ann' }))],
  ])('%s', (_, type, version, text) => {
    expect(() => decodeEvent(type, version, text)).toThrow(EventUnreadable);
  });

  it('says where, but not what was there: it may be a secret', () => {
    const text = changed((stored) => Object.assign(stored, { maximum: 'seventy-five' }));
    expect(() => decodeEvent('BidPlaced', 1, text)).toThrow(/^BidPlaced is damaged at "maximum": (?!.*seventy)/);
  });
});

// The road of an event that changes more than once: `UserRated` as if it had been stored as `score` first,
// and as `points` after that.
describe('upcasting', () => {
  const scoreToPoints: Upcaster = ({ score, ...rest }) => ({ ...rest, points: score });
  const pointsToRating: Upcaster = ({ points, ...rest }) => ({ ...rest, rating: points });
  const codec = eventCodec({ UserRated: [scoreToPoints, pointsToRating] });
  const today = { type: 'UserRated', rating: 12, ratedAt: 1_795_348_800_000 };

  it.each([
    [1, { type: 'UserRated', score: 12, ratedAt: 1_795_348_800_000 }],
    [2, { type: 'UserRated', points: 12, ratedAt: 1_795_348_800_000 }],
    [3, today],
  ])('lifts version %i to today’s shape, whatever lies between', (version, stored) => {
    expect(codec.decode('UserRated', version, JSON.stringify(stored))).toEqual(today);
  });

  it('writes the newest version', () => {
    const event = codec.decode('UserRated', 3, JSON.stringify(today));
    expect(codec.encode(event).schemaVersion).toBe(3);
  });

  it('refuses a version behind the newest, and a shape that belongs to another version', () => {
    expect(() => codec.decode('UserRated', 4, JSON.stringify(today))).toThrow(EventUnreadable);
    expect(() => codec.decode('UserRated', 1, JSON.stringify(today))).toThrow(EventUnreadable);
  });

  it('leaves other types alone', () => {
    const { text } = fixture('BidPlaced.v1.json');
    expect(codec.encode(codec.decode('BidPlaced', 1, text))).toEqual({
      eventType: 'BidPlaced',
      schemaVersion: 1,
      text,
    });
  });
});

describe('a bid, which is recognised by hand', () => {
  const { text } = fixture('BidPlaced.v1.json');
  const stored: Record<string, unknown> = JSON.parse(text);
  const values = [
    undefined,
    null,
    0,
    -0,
    -1,
    1.5,
    2 ** 53,
    true,
    '',
    '7',
    '-7',
    '007',
    '1234567890123456789',
    'USD',
    'usd',
    'BidPlaced',
    'snipe',
    'Snipe',
    '01900002-0000-7000-8000-000000000001',
    '0190000A-0000-7000-8000-00000000000A',
    '00000000-0000-0000-0000-000000000000',
    [],
    {},
  ];

  it('is exactly what the schema makes of it, or refused as the schema refuses it', () => {
    const field = fc.constantFrom(...Object.keys(stored), 'more');
    const change = fc.tuple(field, fc.constantFrom(...values));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        const json = JSON.stringify({ ...stored, ...Object.fromEntries(changes) });
        const bySchema = EVENT_SCHEMAS.BidPlaced.safeParse(JSON.parse(json));
        if (bySchema.success) expect(decodeEvent('BidPlaced', 1, json)).toEqual(bySchema.data);
        else expect(() => decodeEvent('BidPlaced', 1, json)).toThrow(EventUnreadable);
      }),
      { numRuns: 2_000 },
    );
  });
});
