// Over GraphQL: a sealed bid that is replaced and taken back, and a passed auction that is relisted; each as it goes well,
// and as it is refused.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const [sue, sid, ann, bob] = [id(), id(), id(), id()] as const;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

let house: ApiHouse;
let as: Record<'sue' | 'sid' | 'ann' | 'bob', string>;

beforeAll(async () => {
  house = await ApiHouse.open();
  as = {
    sue: await tokenFor(sue, 'seller'),
    sid: await tokenFor(sid, 'seller'),
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
  };
  for (const token of Object.values(as))
    expect(await ask('mutation { registerUser(input: { username: "somebody" }) { __typename } }', {}, token)).toEqual({
      __typename: 'AccountAccepted',
    });
});
afterAll(() => house.close());

async function ask(query: string, variables: object = {}, token?: string): Promise<any> {
  const { body } = await house.http.send('POST', '/graphql', {
    body: { query, variables },
    ...(token !== undefined && { token }),
  });
  expect(body.errors).toBeUndefined();
  return Object.values(body.data)[0];
}

const DETAILS = 'minimumNextBid status relistedAs opensAt field problem';
const REFUSED = `... on Rejected { reason message judgedAtRevision details { ${DETAILS} } }`;
const NO_DETAILS = Object.fromEntries(DETAILS.split(' ').map((field) => [field, null]));
/** A refusal that is judged and a member of the union, with what would be right. */
const refusal = (reason: string, judgedAtRevision: number, details: object = {}) => ({
  __typename: 'Rejected',
  reason,
  message: expect.stringMatching(/^\w.+[^.]$/),
  judgedAtRevision,
  details: { ...NO_DETAILS, ...details },
});

async function listed(terms: object = {}, durationMs = DAY_MS): Promise<string> {
  const input = {
    item: { title: 'A clock', description: 'It ticks.', category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000', retraction: 'EBAY', ...terms },
    durationMs,
  };
  const query = `mutation($input: ListAuctionInput!) { listAuction(input: $input) { ... on ListingAccepted { auctionId } } }`;
  return (await ask(query, { input }, as.sue)).auctionId;
}

const SHOWN = `query($id: ID!) { auction(id: $id) {
  status format startingPrice currentPrice minimumNextBid leaderId leadingBid bidCount reserveMet relistOf relistedAs revision } }`;
const shown = (auctionId: string): Promise<any> => ask(SHOWN, { id: auctionId });

describe.each(['SEALED_FIRST_PRICE', 'VICKREY'])('a sealed bid (%s)', (format) => {
  let auctionId: string;
  beforeAll(async () => {
    auctionId = await listed({ format });
  });

  const bid = (token: string, amount: string) =>
    ask(
      `mutation($input: PlaceBidInput!) { placeBid(input: $input) { __typename
        ... on SealedBidAccepted { auctionId bidNumber bidCount replaces revision } ${REFUSED} } }`,
      { input: { auctionId, amount, currency: 'USD' } },
      token,
    );
  const accepted = (bidNumber: number, bidCount: number, replaces: number | null) => ({
    __typename: 'SealedBidAccepted',
    auctionId,
    bidNumber,
    bidCount,
    replaces,
    revision: bidNumber,
  });
  const retract = (token: string, bidNumber: number) =>
    ask(
      `mutation($input: RetractBidInput!) { retractBid(input: $input) { __typename
        ... on SealedRetractionAccepted { auctionId bidNumber bidCount revision } ${REFUSED} } }`,
      { input: { auctionId, bidNumber, reason: 'TypingError' } },
      token,
    );
  const OWN = '{ myBids { rows { auctionId bidNumber maximum bidAmount isReplaced isRetracted isWinning } } }';
  const ownBids = async (token: string): Promise<any[]> =>
    (await ask(OWN, {}, token)).rows.filter((row: any) => row.auctionId === auctionId);
  const own = (bidNumber: number, maximum: string, state: object = {}) => ({
    ...{ auctionId, bidNumber, maximum, bidAmount: null },
    ...{ isReplaced: false, isRetracted: false, isWinning: false, ...state },
  });

  it('is placed, and replaced by a higher and a lower one of its bidder', async () => {
    expect(await bid(as.ann, '5000')).toEqual(accepted(1, 1, null));
    expect(await bid(as.bob, '4000')).toEqual(accepted(2, 2, null));
    expect(await bid(as.ann, '6000')).toEqual(accepted(3, 2, 1));
    expect(await bid(as.ann, '3000')).toEqual(accepted(4, 2, 3));
    await house.caughtUp();
    const replaced = { isReplaced: true };
    expect(await ownBids(as.ann)).toEqual([own(4, '3000'), own(3, '6000', replaced), own(1, '5000', replaced)]);
    expect(await ownBids(as.bob)).toEqual([own(2, '4000')]);
  });

  it('is not replaced by the same amount, nor by one below the starting price', async () => {
    expect(await bid(as.ann, '3000')).toEqual(refusal('BidUnchanged', 4));
    expect(await bid(as.ann, '999')).toEqual(refusal('BidBelowMinimum', 4, { minimumNextBid: '1000' }));
    expect(await bid(as.ann, '1000')).toEqual(accepted(5, 2, 4));
  });

  it('is taken back by its bidder, who may then bid again', async () => {
    expect(await retract(as.ann, 5)).toEqual({
      __typename: 'SealedRetractionAccepted',
      auctionId,
      bidNumber: 5,
      bidCount: 1,
      revision: 6,
    });
    await house.caughtUp();
    expect((await ownBids(as.ann))[0]).toEqual(own(5, '1000', { isRetracted: true }));
    // What is shown to all is what it was before the first bid, the number of bids apart.
    expect(await shown(auctionId)).toMatchObject({
      ...{ status: 'OPEN', format, currentPrice: '1000', minimumNextBid: '1000', leaderId: null, leadingBid: null },
      ...{ bidCount: 1, revision: 6 },
    });
    expect(await bid(as.ann, '1000')).toMatchObject({ bidNumber: 6, bidCount: 2, replaces: null });
  });

  it('is not taken back by another, nor twice, nor where it was replaced or never was', async () => {
    expect(await retract(as.bob, 6)).toEqual(refusal('BidNotLive', 7));
    expect(await retract(as.ann, 5)).toEqual(refusal('BidNotLive', 7));
    expect(await retract(as.ann, 4)).toEqual(refusal('BidNotLive', 7));
    expect(await retract(as.ann, 9)).toEqual(refusal('BidUnknown', 7));
    await house.caughtUp();
    expect(await shown(auctionId)).toMatchObject({ bidCount: 2, revision: 7 });
  });
});

describe('a passed auction', () => {
  const relist = (token: string, input: object) =>
    ask(
      `mutation($input: RelistAuctionInput!) { relistAuction(input: $input) { __typename
        ... on RelistingAccepted { auctionId relistedAs opensAt closesAt revision } ${REFUSED} } }`,
      { input },
      token,
    );
  const passed = async (): Promise<string> => {
    const auctionId = await listed({}, 1_000);
    await eventually('the auction to pass', async () => (await shown(auctionId))?.status === 'PASSED');
    return auctionId;
  };

  it('is relisted as a new one, under the same terms or under others', async () => {
    for (const [terms, becomes] of [
      [undefined, { format: 'ENGLISH', startingPrice: '1000' }],
      [
        { format: 'VICKREY', currency: 'USD', startingPrice: '500' },
        { format: 'VICKREY', startingPrice: '500' },
      ],
    ] as const) {
      const auctionId = await passed();
      const answer = await relist(as.sue, { auctionId, durationMs: DAY_MS, ...(terms !== undefined && { terms }) });
      expect(answer).toMatchObject({ __typename: 'RelistingAccepted', auctionId, revision: 2 });
      // It is counted from the time in the command id, which is a moment before the opening.
      const lastsMs = Date.parse(answer.closesAt) - Date.parse(answer.opensAt);
      expect(lastsMs).toBeLessThanOrEqual(DAY_MS);
      expect(lastsMs).toBeGreaterThan(DAY_MS - MINUTE_MS);
      const { relistedAs } = answer;
      await eventually('the new auction', async () => (await shown(relistedAs)) !== null);
      expect(await shown(relistedAs)).toMatchObject({ status: 'OPEN', relistOf: auctionId, bidCount: 0, ...becomes });
      await house.caughtUp();
      expect(await shown(auctionId)).toMatchObject({ status: 'PASSED', relistedAs });
    }
  });

  it('is not relisted twice, nor by another seller, nor under terms that are none', async () => {
    const auctionId = await passed();
    const again = { auctionId, durationMs: DAY_MS };
    expect(await relist(as.sid, again)).toEqual(refusal('NotAllowed', 1));
    const low = { currency: 'USD', startingPrice: '1000', reservePrice: '999' };
    expect(await relist(as.sue, { ...again, terms: low })).toEqual(
      refusal('InvalidTerms', 1, { field: 'terms.reservePrice', problem: 'must be at least the starting price' }),
    );
    const { relistedAs } = await relist(as.sue, again);
    expect(await relist(as.sue, again)).toEqual(refusal('AuctionAlreadyRelisted', 2, { relistedAs }));
  });

  it('is none while it is open, or where there is no such auction', async () => {
    const open = await listed();
    expect(await relist(as.sue, { auctionId: open, durationMs: DAY_MS })).toEqual(
      refusal('AuctionNotPassed', 0, { status: 'OPEN' }),
    );
    const nowhere = { auctionId: runtime.uuid(), durationMs: DAY_MS };
    expect(await relist(as.sue, nowhere)).toEqual(refusal('AuctionUnknown', -1));
  });
});
