// Every event ever stored, as the public may see it: complete, dense, and without a secret.
import { describe, expect, it } from '@jest/globals';
import { auctionStream } from '../../../src/domain/messages.js';
import {
  deferredFactOf,
  deferredPublicFact,
  isReadable,
  publicFactOf,
  publicFactSchema,
  publicFactText,
} from '../../../src/feed/facts/public-facts.js';
import { at, clock } from '../../support/auction-story.js';
import { goldenEvents as fixtures, goldenEntry, goldenStream } from '../../support/golden-event.js';

/** Checked whole. */
const parsePublicFact = (text: string) => publicFactSchema.parse(JSON.parse(text));

const isOfAuction = (type: string): boolean => goldenStream(type) === auctionStream(clock);

describe('a public fact', () => {
  it.each(fixtures.filter(({ type }) => isOfAuction(type)))(
    'is made of $name and survives its JSON',
    ({ name, type }) => {
      const fact = publicFactOf(goldenEntry(name));
      expect(fact).toMatchObject({
        auctionId: clock,
        revision: 3,
        occurredAt: at('10:00:00'),
        recordedAt: at('10:00:01'),
      });
      expect([type, 'Undisclosed']).toContain(fact?.event.type);
      const deferred = deferredFactOf(goldenEntry(name));
      expect(JSON.stringify(deferred)).toBe(
        JSON.stringify({ auctionId: clock, revision: 3, occurredAt: fact?.occurredAt, recordedAt: fact?.recordedAt }),
      );
      expect(deferred?.event).toEqual(fact?.event);
      expect(deferred?.event).toBe(deferred?.event);
      if (fact === null) return;
      const text = publicFactText(fact);
      expect(text).toBe(
        JSON.stringify(fact, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
      );
      expect(parsePublicFact(text)).toEqual(fact);
      const { event: _, ...about } = fact;
      expect(deferredPublicFact(text)).toMatchObject(about);
      expect(deferredPublicFact(text).event).toEqual(fact.event);
      expect(isReadable(deferredPublicFact(text))).toBe(true);
    },
  );

  it.each(fixtures.filter(({ type }) => !isOfAuction(type)))('is not made of $name', ({ name }) => {
    expect(publicFactOf(goldenEntry(name))).toBeNull();
    expect(deferredFactOf(goldenEntry(name))).toBeNull();
  });

  it('is not made of what cannot be read', () => {
    const { event: _, ...stored } = goldenEntry('BidPlaced.v1');
    expect(publicFactOf({ ...stored, kind: 'unreadable', problem: 'damaged' })).toBeNull();
  });

  it.each(fixtures)('keeps the secrets of $name', ({ name }) => {
    const fact = publicFactOf(goldenEntry(name));
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
    const fact = publicFactOf(goldenEntry('BidPlaced.v1'));
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
    const fact = publicFactOf(goldenEntry('SealedBidPlaced.v1.replacing'));
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
    const known = publicFactOf(goldenEntry('AuctionPassed.v1'));
    const text = JSON.stringify({ ...known, event: { type: 'AuctionMoonlighted', secret: 1 }, extra: true });
    expect(parsePublicFact(text)).toEqual({ ...known, event: { type: 'Undisclosed' } });
    expect(deferredPublicFact(text).event).toEqual({ type: 'Undisclosed' });
  });

  it('whose event is none of its type says so before anybody asks for it', () => {
    const known = publicFactOf(goldenEntry('AuctionPassed.v1'));
    const text = JSON.stringify({ ...known, event: { type: 'AuctionPassed', reason: 'Whim' } });
    expect(() => parsePublicFact(text)).toThrow();
    expect(isReadable(deferredPublicFact(text))).toBe(false);
  });

  it.each(['', '{}', '[]', 'null', '{"auctionId":"x"}'])('is not read from %p', (text) => {
    expect(() => parsePublicFact(text)).toThrow();
    expect(() => deferredPublicFact(text)).toThrow();
  });
});
