// What one person is told of an event that the public is told nothing of: the right one, what concerns that person, no more.
import { describe, expect, it } from '@jest/globals';
import type {
  BidRetracted,
  BidVoided,
  RetractionRefused,
  SealedBidRetracted,
  SealedBidVoided,
} from '../../../src/domain/auction/auction.events.js';
import { personalFactOf, personalFactsOf } from '../../../src/feed/facts/personal-facts.js';
import { publicFactOf } from '../../../src/feed/facts/public-facts.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { at, clock } from '../../support/auction-story.js';
import { goldenEntry, goldenEvents, goldenStream } from '../../support/golden-event.js';

const TOLD = ['InvoiceIssued', 'PaymentRecorded', 'SecondChanceOffered', 'RetractionRefused'];
/** The public is told of these, and their bidder more. */
const TOLD_MORE = ['BidVoided.v1', 'BidVoided.v1.by-the-house', 'SealedBidVoided.v1'];
const GRANTED = ['BidRetracted.v1.granted', 'SealedBidRetracted.v1.granted'];
const isTold = ({ type }: Readonly<{ type: string }>): boolean => TOLD.includes(type);
const isToldMore = ({ name }: Readonly<{ name: string }>): boolean => [...TOLD_MORE, ...GRANTED].includes(name);
const about = { auctionId: clock, revision: 3, occurredAt: at('10:00:00') };

describe('a personal fact', () => {
  it('of an invoice is for its buyer: what is due, and until when', () => {
    const entry = goldenEntry('InvoiceIssued.v1');
    const { event } = entry;
    if (event.type !== 'InvoiceIssued') throw new Error('this is no invoice');
    const { buyerId: userId, transactionNumber, currency, amountDue, paymentDueAt } = event;
    const invoiced = { kind: 'Invoiced', transactionNumber, currency, amountDue, paymentDueAt };
    expect(personalFactOf(entry)).toEqual({ userId, ...about, event: invoiced });
  });

  it.each(['PaymentRecorded.v1', 'PaymentRecorded.v1.point-of-sale'])(
    'of %s is for its buyer: what was paid',
    (name) => {
      const entry = goldenEntry(name);
      const { event } = entry;
      if (event.type !== 'PaymentRecorded') throw new Error('this is no payment');
      const { buyerId: userId, transactionNumber, currency, amount } = event;
      const paid = { kind: 'Paid', transactionNumber, currency, amount };
      expect(personalFactOf(entry)).toEqual({ userId, ...about, event: paid });
    },
  );

  it('of a second chance is for its bidder, not for the seller who offers it', () => {
    const entry = goldenEntry('SecondChanceOffered.v1');
    const { event } = entry;
    if (event.type !== 'SecondChanceOffered') throw new Error('this is no offer');
    const { bidderId: userId, offeredBy, offerNumber, currency, offeredPrice, expiresAt } = event;
    const offered = { kind: 'Offered', offerNumber, currency, offeredPrice, expiresAt };
    expect(personalFactOf(entry)).toEqual({ userId, ...about, event: offered });
    expect(userId).not.toBe(offeredBy);
  });

  it.each([...TOLD_MORE, 'RetractionRefused.v1'])('of %s is for its bidder: the bid and the reason', (name) => {
    const entry = goldenEntry(name);
    const event = entry.event as BidVoided | SealedBidVoided | RetractionRefused;
    const { bidderId: userId, bidNumber, reason } = event;
    const kind = event.type === 'RetractionRefused' ? 'RetractionRefused' : 'BidVoided';
    expect(personalFactOf(entry)).toEqual({ userId, ...about, event: { kind, bidNumber, reason } });
    expect(Object.values(publicFactOf(entry)?.event ?? {})).not.toContain(reason);
  });

  it.each(GRANTED)('of %s is for its bidder', (name) => {
    const entry = goldenEntry(name);
    const { bidderId: userId, bidNumber } = entry.event as BidRetracted | SealedBidRetracted;
    expect(personalFactOf(entry)).toEqual({ userId, ...about, event: { kind: 'RetractionGranted', bidNumber } });
    expect(publicFactOf(entry)?.event).not.toHaveProperty('grantedBy');
  });

  it.each(goldenEvents.filter(isTold))('of $name is no public one', ({ name }) => {
    expect(personalFactOf(goldenEntry(name))).not.toBeNull();
    expect(publicFactOf(goldenEntry(name))?.event).toEqual({ type: 'Undisclosed' });
  });

  it.each(goldenEvents.filter((golden) => !isTold(golden) && !isToldMore(golden)))(
    'is not made of $name',
    ({ name }) => {
      expect(personalFactOf(goldenEntry(name))).toBeNull();
    },
  );

  it('is not made of what cannot be read', () => {
    const { event: _, ...stored } = goldenEntry('InvoiceIssued.v1');
    expect(personalFactOf({ ...stored, kind: 'unreadable', problem: 'damaged' })).toBeNull();
  });
});

it('is looked up in the journal by auction and revision, and rejects where there is none yet', async () => {
  const journal = new MemoryJournal({ runtime: new ManualRuntime(at('10:00:00')) });
  const meta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };
  const events = ['AuctionPassed.v1', 'SecondChanceOffered.v1'].map((name) => ({
    event: goldenEntry(name).event,
    occurredAt: at('10:00:00'),
    meta,
  }));
  await journal.append([{ streamId: goldenStream('AuctionPassed'), expected: 'any', events, restsOn: [] }]);
  const personalFacts = personalFactsOf(journal);
  expect(await personalFacts(clock, 0)).toBeNull();
  expect(await personalFacts(clock, 1)).toMatchObject({ ...about, revision: 1, event: { kind: 'Offered' } });
  await expect(personalFacts(clock, 2)).rejects.toThrow(`auction ${clock} has no revision 2 yet`);
});
