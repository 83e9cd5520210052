// Every event ever stored, as the public may see it: complete, dense, and without a secret.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { auctionStream, refusalsStream, type StreamId, userStream } from '../../src/domain/messages.js';
import type { JournalEntry, Position } from '../../src/feed/feed.js';
import { deferredFactOf, parsePublicFact, publicFactOf, publicFactText } from '../../src/feed/public-facts.js';
import { decodeEvent } from '../../src/journal/event-codec.js';
import { ann, at, bob, clock } from '../support/auction-story.js';

const folder = join('test', 'fixtures', 'events');
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, type: name.split('.')[0] ?? '', version: Number(name.split('.')[1]?.slice(1)) }));

const streamOf = (type: string): StreamId => {
  if (/Rejected$/.test(type)) return refusalsStream(clock);
  return /^(User|PersonalData)/.test(type) ? userStream(ann) : auctionStream(clock);
};

function entry(name: string): JournalEntry {
  const [type = '', version = ''] = name.split('.');
  const text = readFileSync(join(folder, name), 'utf8').trimEnd();
  const schemaVersion = Number(version.slice(1));
  return {
    kind: 'event',
    position: 7n as Position,
    streamId: streamOf(type),
    revision: 3,
    eventType: type,
    schemaVersion,
    occurredAt: at('10:00:00'),
    recordedAt: at('10:00:01'),
    meta: { commandId: null, actorId: bob, fingerprint: '4242', correlationId: null, causationId: null },
    text,
    hash: '',
    event: decodeEvent(type, schemaVersion, text),
  };
}

const isOfAuction = (type: string): boolean => streamOf(type) === auctionStream(clock);

describe('a public fact', () => {
  it.each(fixtures.filter(({ type }) => isOfAuction(type)))(
    'is made of $name and survives its JSON',
    ({ name, type }) => {
      const fact = publicFactOf(entry(name));
      expect(fact).toMatchObject({
        auctionId: clock,
        revision: 3,
        occurredAt: at('10:00:00'),
        recordedAt: at('10:00:01'),
      });
      expect([type, 'Undisclosed']).toContain(fact?.event.type);
      const deferred = deferredFactOf(entry(name));
      expect(JSON.stringify(deferred)).toBe(
        JSON.stringify({ auctionId: clock, revision: 3, occurredAt: fact?.occurredAt, recordedAt: fact?.recordedAt }),
      );
      expect(deferred?.event).toEqual(fact?.event);
      expect(deferred?.event).toBe(deferred?.event);
      if (fact !== null) expect(parsePublicFact(publicFactText(fact))).toEqual(fact);
    },
  );

  it.each(fixtures.filter(({ type }) => !isOfAuction(type)))('is not made of $name', ({ name }) => {
    expect(publicFactOf(entry(name))).toBeNull();
    expect(deferredFactOf(entry(name))).toBeNull();
  });

  it('is not made of what cannot be read', () => {
    const { event: _, ...stored } = { event: null, ...entry('BidPlaced.v1.json') };
    expect(publicFactOf({ ...stored, kind: 'unreadable', problem: 'damaged' } as JournalEntry)).toBeNull();
  });

  it.each(fixtures)('keeps the secrets of $name', ({ name }) => {
    const fact = publicFactOf(entry(name));
    const text = fact === null ? '' : publicFactText(fact);
    for (const secret of [
      'maximum',
      'amount',
      'reservePrice',
      'amountDue',
      'platformFee',
      'sellerProceeds',
      'personalData',
      'fees',
    ])
      expect(text).not.toContain(`"${secret}"`);
    expect(text).not.toMatch(/fingerprint|4242/);
  });

  it('of a bid is exactly this', () => {
    const fact = publicFactOf(entry('BidPlaced.v1.json'));
    expect(Object.keys(fact?.event ?? {}).sort()).toEqual([
      'bidCount',
      'bidNumber',
      'bidType',
      'bidderId',
      'currency',
      'currentPrice',
      'leaderId',
      'leadingBid',
      'minimumNextBid',
      'placedAt',
      'reserveMet',
      'type',
    ]);
  });

  it('of a sealed bid tells that it was placed, and nothing of what for', () => {
    const fact = publicFactOf(entry('SealedBidPlaced.v1.replacing.json'));
    expect(Object.keys(fact?.event ?? {}).sort()).toEqual([
      'bidCount',
      'bidNumber',
      'bidType',
      'bidderId',
      'placedAt',
      'replaces',
      'type',
    ]);
  });

  it('of a type that this version does not know only moves the revision', () => {
    const known = publicFactOf(entry('AuctionPassed.v1.json'));
    const text = JSON.stringify({ ...known, event: { type: 'AuctionMoonlighted', secret: 1 }, extra: true });
    expect(parsePublicFact(text)).toEqual({ ...known, event: { type: 'Undisclosed' } });
  });

  it.each(['', '{}', '[]', 'null', '{"auctionId":"x"}'])('is not read from %p', (text) => {
    expect(() => parsePublicFact(text)).toThrow();
  });
});
