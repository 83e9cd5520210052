// The audit log: every command that the table opens to operators or admins is walked through, and each is found there with who did
// it and why; what people do with their own things is not. Acts on the house itself are found, too.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../src/api/commands/table.js';
import { FIELD_ACCESS } from '../../src/api/graphql/access.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { commandId, userId } from '../../src/domain/ids.js';
import { auditRow } from '../../src/projections/silver/audit.rows.js';
import { ApiHouse, settings, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { goldenEntry } from '../support/golden-event.js';

const clock = new ForwardRuntime();
const id = () => userId(clock.uuid());
const people = { sue: id(), ann: id(), bob: id(), eve: id(), olga: id(), otto: id(), adam: id() };
type Name = keyof typeof people;
const CASE = clock.uuid().replace(/^(.{14})7/, '$18');
const reason = { reason: 'by the terms of the house' };

let house: ApiHouse;
beforeAll(async () => {
  const bankAccount = { holder: 'Hammer', iban: 'GB29NWBK60161331926819' };
  house = await ApiHouse.open({ runtime: clock, settings: { ...settings, house: { ...DEFAULT_HOUSE, bankAccount } } });
  for (const name of ['sue', 'ann', 'bob', 'eve'] as const) await done(name, 'POST', '/users', { username: name });
});
afterAll(() => house.close());

const roleOf = (name: Name) => ({ olga: 'operator', otto: 'operator', adam: 'admin', sue: 'seller' })[name as 'olga'];
const tokenOf = (name: Name) => tokenFor(people[name], (roleOf(name) ?? 'bidder') as 'bidder');

async function done(name: Name, method: string, path: string, body?: object): Promise<any> {
  const token = await tokenOf(name);
  const reply = await house.http.send(method, path, { token, ...(body && { body }) });
  expect([path, reply.status, reply.body.message]).toEqual([path, reply.status < 300 ? reply.status : 200, undefined]);
  return reply.body;
}

async function ask(name: Name, query: string, variables: object = {}): Promise<any> {
  const { body } = await house.http.post('/graphql', await tokenOf(name), { query, variables });
  expect(body.errors).toBeUndefined();
  return Object.values(body.data)[0];
}

const LOG = `query ($actorId: ID, $act: String, $subject: String, $from: Time, $to: Time, $limit: Int, $cursor: String) {
  auditLog(actorId: $actorId, act: $act, subject: $subject, from: $from, to: $to, limit: $limit, cursor: $cursor) {
    next rows { at act actorId account subject detail reason streamId revision } } }`;
type Row = Readonly<{ at: string; act: string; actorId: string | null; subject: string; reason: string | null }>;
const log = (filter: object = {}): Promise<{ rows: Row[]; next: string | null }> =>
  ask('olga', LOG, { limit: 200, ...filter });

async function byHouse(command: object): Promise<void> {
  const envelope = { command, commandId: commandId(clock.uuid()), actor: { kind: 'house' }, correlationId: null };
  expect((await house.house.bus.submit(envelope as never)).status).toBe('accepted');
}

const usd = (amount: string) => ({ amount, currency: 'USD' });
async function listed(terms: object = {}): Promise<string> {
  const about = { item: { title: 'A clock', category: 'Clocks' }, durationMs: 3_600_000 };
  const { auctionId } = await done('sue', 'POST', '/auctions', {
    ...about,
    terms: { currency: 'USD', startingPrice: '1000', ...terms },
  });
  return `/auctions/${auctionId}`;
}
async function withBid(): Promise<string> {
  const auction = await listed();
  await done('ann', 'POST', `${auction}/bids`, usd('1000'));
  return auction;
}
/** Sold to Bob at once, with Ann as the under-bidder. */
async function sold(currency = 'USD'): Promise<string> {
  const auction = await listed({ currency, reservePrice: '5000', buyNowPrice: '9000' });
  await done('ann', 'POST', `${auction}/bids`, { amount: '1000', currency });
  await done('bob', 'POST', `${auction}/buy-now`);
  return auction;
}
const invoiced = async (auction: string) => {
  const { rows } = await ask('bob', '{ myTransactions(limit: 200) { rows { auctionId amountDue } } }');
  return rows.find((row: any) => auction.endsWith(row.auctionId))?.amountDue;
};
const inTime = () => new Date(clock.now() + 60_000).toISOString();
const hall = () => ({ kind: 'hall', title: 'A sale', currency: 'USD', termsVersion: '1', opensAt: inTime() });
const lot = () => ({ sellerId: people.sue, item: { title: 'A clock', category: 'Clocks' }, startingPrice: '1000' });

/** Several commands at a time, in the order in which they make sense, and who gives each. */
const STORIES: readonly (readonly [commands: Readonly<Record<string, Name>>, tell: () => Promise<unknown>])[] = [
  [
    { SuspendUser: 'olga', ReinstateUser: 'olga', VerifyUser: 'olga', RateUser: 'olga', EraseUser: 'adam' },
    async () => {
      const ann = `/users/${people.ann}`;
      await done('olga', 'POST', `${ann}/suspension`, reason);
      await done('olga', 'POST', `${ann}/reinstatement`, reason);
      await done('olga', 'POST', `${ann}/verification`);
      await done('olga', 'POST', `${ann}/rating`, { rating: 7 });
      await done('adam', 'POST', `/users/${people.eve}/erasure`);
    },
  ],
  [
    { CancelAuction: 'olga', WithdrawAuction: 'adam' },
    async () => {
      await done('sue', 'POST', `${await listed()}/cancellation`, reason);
      await done('olga', 'POST', `${await listed()}/cancellation`, reason);
      await done('adam', 'POST', `${await withBid()}/withdrawal`, reason);
    },
  ],
  [
    { GrantRetraction: 'olga', RefuseRetraction: 'olga', ProposeVoiding: 'olga', VoidBid: 'otto' },
    async () => {
      const [granted, refused, voided] = [await withBid(), await withBid(), await withBid()].map(
        (of) => `${of}/bids/1`,
      );
      for (const bid of [granted, refused])
        await done('ann', 'POST', `${bid}/retraction-request`, { reason: 'TypingError' });
      await done('olga', 'POST', `${granted}/retraction-request/grant`);
      await done('olga', 'POST', `${refused}/retraction-request/refusal`, reason);
      await done('olga', 'POST', `${voided}/voiding-proposal`, reason);
      await done('otto', 'POST', `${voided}/voiding`);
    },
  ],
  [
    {
      RecordPaymentFailure: 'olga',
      RecordPayment: 'olga',
      RecordDispute: 'olga',
      SettleTransaction: 'olga',
      RecordPayoutReturn: 'olga',
      RefundPayment: 'olga',
    },
    async () => {
      const auction = await sold();
      const transaction = `${auction}/transactions/1`;
      await house.caughtUp();
      const till = { channel: 'point-of-sale', reference: 'till-1' };
      await done('olga', 'POST', `${transaction}/failed-payments`, {
        channel: 'online',
        reference: 'card-1',
        reason: 'Declined',
      });
      const paid = usd(await invoiced(auction));
      await done('olga', 'POST', `${transaction}/payments`, { ...till, ...paid });
      const dispute = { reference: 'dispute-1', amount: paid.amount };
      await done('olga', 'POST', `${transaction}/disputes`, { ...dispute, status: 'open' });
      await done('olga', 'POST', `${transaction}/disputes`, { ...dispute, status: 'won' });
      await done('olga', 'POST', `${transaction}/settlement`, { reference: 'bank-1' });
      await done('olga', 'POST', `${transaction}/payout-return`, { reference: 'bank-2' });
      await done('olga', 'POST', `${transaction}/refund`, { reference: 'back-1', reason: 'Returned' });
    },
  ],
  [
    { JudgeTaxNumber: 'olga', PreparePayoutRun: 'olga', ApprovePayoutRun: 'otto', DiscardPayoutRun: 'adam' },
    async () => {
      await done('bob', 'PUT', '/users/me/tax-position', { country: 'DE', taxNumber: 'DE123456789' });
      await done('olga', 'POST', `/users/${people.bob}/tax-number`, { statement: 1, accepted: true });
      await done('sue', 'PUT', '/users/me/bank-account', { holder: 'Sue', iban: 'DE89370400440532013000' });
      const paid = await sold('EUR');
      await house.caughtUp();
      const till = { channel: 'point-of-sale', reference: 'till-2', amount: await invoiced(paid), currency: 'EUR' };
      await done('olga', 'POST', `${paid}/transactions/1/payments`, till);
      await house.caughtUp();
      const discarded = await done('olga', 'POST', '/payout-runs', {});
      await house.caughtUp();
      await done('adam', 'POST', `/payout-runs/${discarded.payoutRunId}/discarding`, {});
      await house.caughtUp();
      const approved = await done('olga', 'POST', '/payout-runs', {});
      await house.caughtUp();
      await done('otto', 'POST', `/payout-runs/${approved.payoutRunId}/approval`, {});
    },
  ],
  [
    { HideQuestion: 'olga', HideFeedback: 'otto' },
    async () => {
      const auction = await listed();
      await done('ann', 'POST', `${auction}/questions`, { text: 'Does it tick?' });
      await done('olga', 'POST', `${auction}/questions/1/hiding`, reason);
      const settled = await sold();
      const transaction = `${settled}/transactions/1`;
      await house.caughtUp();
      const till = { channel: 'point-of-sale', reference: 'till-3', ...usd(await invoiced(settled)) };
      await done('olga', 'POST', `${transaction}/payments`, till);
      await done('olga', 'POST', `${transaction}/settlement`, { reference: 'bank-3' });
      await done('bob', 'POST', `${transaction}/feedback`, { text: 'It ticks.', rating: 'positive' });
      await done('otto', 'POST', `${transaction}/feedback/buyer/hiding`, reason);
    },
  ],
  [
    { DeclareOverdue: 'olga', OfferSecondChance: 'olga' },
    async () => {
      const auction = await sold();
      await done('olga', 'POST', `${auction}/transactions/1/overdue`);
      await done('olga', 'POST', `${auction}/second-chances`, { bidderId: people.ann, durationMs: 86_400_000 });
    },
  ],
  [
    {
      DraftSale: 'olga',
      ReviseSale: 'olga',
      AddLot: 'olga',
      RenumberLot: 'olga',
      WithdrawLot: 'olga',
      CancelSale: 'olga',
      PublishSale: 'olga',
      GivePaddle: 'olga',
      RefusePaddle: 'olga',
      CloseSale: 'olga',
    },
    async () => {
      const cancelled = `/sales/${(await done('olga', 'POST', '/sales', hall())).saleId}`;
      await done('olga', 'POST', `${cancelled}/cancellation`, reason);
      const { saleId } = await done('olga', 'POST', '/sales', hall());
      const sale = `/sales/${saleId}`;
      await done('olga', 'PUT', sale, hall());
      const lots = [
        await done('olga', 'POST', `${sale}/lots`, lot()),
        await done('olga', 'POST', `${sale}/lots`, lot()),
      ];
      const [kept, taken] = lots.map(({ lotId }) => `${sale}/lots/${lotId}`);
      await done('olga', 'PUT', `${kept}/number`, { lotNumber: '17' });
      await done('olga', 'POST', `${taken}/withdrawal`, reason);
      await done('olga', 'POST', `${sale}/publication`);
      await done('olga', 'PUT', `${sale}/paddles/${people.ann}`, {});
      await done('olga', 'POST', `${sale}/paddles/${people.ann}/refusal`, reason);
      clock.forward(61_000);
      await byHouse({ type: 'OpenSale', saleId });
      await done('olga', 'POST', `${sale}/closing`);
    },
  ],
  [
    {
      OpenLot: 'olga',
      AskPrice: 'olga',
      TakeBid: 'olga',
      GiveFairWarning: 'otto',
      UndoCall: 'olga',
      Hammer: 'otto',
      PassLot: 'olga',
    },
    async () => {
      const { saleId } = await done('olga', 'POST', '/sales', hall());
      const sale = `/sales/${saleId}`;
      const lots = [
        await done('olga', 'POST', `${sale}/lots`, lot()),
        await done('olga', 'POST', `${sale}/lots`, lot()),
      ];
      const [sold, passed] = lots.map(({ lotId }) => `/auctions/${lotId}/hall`);
      await done('olga', 'POST', `${sale}/publication`);
      const { paddle } = await done('olga', 'PUT', `${sale}/paddles/${people.ann}`, {});
      await eventually('the lots to be listed', async () => {
        await house.caughtUp();
        const pages = lots.map(({ lotId }) => ask('ann', `{ auction(id: "${lotId}") { format } }`));
        return (await Promise.all(pages)).every((page) => page?.format === 'HALL');
      });
      clock.forward(61_000);
      const bid = { paddle, amount: '1100', currency: 'USD', channel: 'floor' };
      await done('olga', 'POST', `${sold}/opening`, {});
      await done('olga', 'PUT', `${sold}/asking-price`, { askingPrice: '1100' });
      await done('olga', 'POST', `${sold}/bids`, bid);
      await done('olga', 'POST', `${sold}/undo`, { leadingBid: 1 });
      await done('olga', 'POST', `${sold}/bids`, bid);
      await done('otto', 'POST', `${sold}/fair-warning`, { leadingBid: 2 });
      await done('otto', 'POST', `${sold}/hammer`, { leadingBid: 2 });
      await done('olga', 'POST', `${passed}/opening`, {});
      await done('olga', 'POST', `${passed}/pass`, {});
    },
  ],
  [
    { AssignFraudCase: 'olga', NoteFraudCase: 'olga', DismissFraudCase: 'olga', ConfirmFraudCase: 'otto' },
    async () => {
      const evidence = { bidderId: people.bob, auctions: 20, concentration: 1.5, score: 0.93, reasons: [] };
      const open = (caseId: string, sellerId: string) =>
        byHouse({
          type: 'OpenFraudCase',
          ...{ caseId, sellerId, modelVersion: 1, bonds: [], accounts: [{ ...evidence, flaggedAuctions: 6 }] },
        });
      const other = CASE.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
      await open(CASE, people.sue);
      await open(other, people.ann);
      await done('olga', 'PUT', `/fraud/cases/${CASE}/assignee`, {});
      await done('olga', 'POST', `/fraud/cases/${CASE}/notes`, { note: 'looks like friends' });
      await done('olga', 'POST', `/fraud/cases/${CASE}/dismissal`, reason);
      await done('otto', 'POST', `/fraud/cases/${other}/confirmation`, reason);
    },
  ],
];

/** The act that a command comes to where its name does not tell. */
const ACTS: Readonly<Record<string, string>> = {
  SuspendUser: 'UserSuspended',
  ReinstateUser: 'UserReinstated',
  VerifyUser: 'UserVerified',
  RateUser: 'UserRated',
  EraseUser: 'UserErased',
  CancelAuction: 'AuctionCancelled',
  WithdrawAuction: 'AuctionWithdrawn',
  GrantRetraction: 'BidRetracted',
  RefuseRetraction: 'RetractionRefused',
  ProposeVoiding: 'VoidingProposed',
  VoidBid: 'BidVoided',
  RecordPaymentFailure: 'PaymentFailed',
  RecordPayment: 'PaymentRecorded',
  RecordDispute: 'DisputeRecorded',
  SettleTransaction: 'TransactionSettled',
  RecordPayoutReturn: 'PayoutReturned',
  RefundPayment: 'PaymentRefunded',
  DeclareOverdue: 'PaymentOverdue',
  OfferSecondChance: 'SecondChanceOffered',
  DraftSale: 'SaleDrafted',
  ReviseSale: 'SaleRevised',
  AddLot: 'LotAdded',
  RenumberLot: 'LotRenumbered',
  WithdrawLot: 'LotWithdrawn',
  CancelSale: 'SaleCancelled',
  PublishSale: 'SalePublished',
  GivePaddle: 'PaddleGiven',
  RefusePaddle: 'PaddleRefused',
  CloseSale: 'SaleClosed',
  OpenLot: 'LotOpened',
  AskPrice: 'PriceAsked',
  TakeBid: 'BidPlaced',
  GiveFairWarning: 'FairWarningGiven',
  UndoCall: 'CallUndone',
  Hammer: 'InvoiceIssued',
  PassLot: 'AuctionPassed',
  HideQuestion: 'QuestionHidden',
  HideFeedback: 'FeedbackHidden',
  JudgeTaxNumber: 'TaxNumberJudged',
  PreparePayoutRun: 'PayoutRunPrepared',
  ApprovePayoutRun: 'PayoutRunApproved',
  DiscardPayoutRun: 'PayoutRunDiscarded',
  AssignFraudCase: 'FraudCaseAssigned',
  NoteFraudCase: 'FraudCaseNoted',
  DismissFraudCase: 'FraudCaseDismissed',
  ConfirmFraudCase: 'FraudCaseConfirmed',
};

const isStaffs = (access: unknown): boolean =>
  Array.isArray(access) && (access.includes('operator') || access.includes('admin'));
/** Whoever may do it for oneself, and staff for others. */
const FOR_ANYBODY = ['EraseUser'];
/** No sale is without an invoice any more: its event is looked at by itself. */
const WITHOUT_A_WAY = ['IssueInvoice'];

describe('the audit log', () => {
  it('is asked here for every command that the table opens to staff', () => {
    const privileged = COMMANDS.filter(({ type, access }) => isStaffs(access) || FOR_ANYBODY.includes(type));
    const told = STORIES.flatMap(([commands]) => Object.keys(commands));
    expect([...told, ...WITHOUT_A_WAY].toSorted()).toEqual(privileged.map(({ type }) => type).toSorted());
  });

  it.each(STORIES)('tells who did it: %j', async (commands, tell) => {
    const from = new Date(clock.now()).toISOString();
    await tell();
    await house.caughtUp();
    const { rows } = await log({ from });
    for (const [command, name] of Object.entries(commands)) {
      const found = rows.filter(({ act, actorId }) => act === ACTS[command] && actorId === people[name]);
      expect([command, found.length > 0]).toEqual([command, true]);
    }
    const staff: readonly (string | null)[] = [people.olga, people.otto, people.adam];
    expect(rows.filter(({ actorId }) => !staff.includes(actorId))).toEqual([]);
  });

  it('has a bid of a machine in a bidder’s name, an invoice by staff, and neither a bidder’s own nor the house’s', () => {
    const of = (name: string, actorId: string | null) =>
      auditRow({ ...goldenEntry(name), meta: { ...goldenEntry(name).meta, actorId: actorId as never } });
    const bidder = (goldenEntry('BidPlaced.v1.without-a-leader').event as { bidderId: string }).bidderId;
    expect(of('BidPlaced.v1.without-a-leader', people.olga)).toMatchObject({ act: 'BidPlaced', actorId: people.olga });
    expect([
      of('BidPlaced.v1.without-a-leader', bidder),
      of('BidPlaced.v1.without-a-leader', null),
      of('InvoiceIssued.v1', null),
    ]).toEqual([null, null, null]);
    // A commission's answer to somebody's bid is the house's own.
    expect(of('BidPlaced.v1', people.olga)).toBeNull();
    const { buyerId } = goldenEntry('InvoiceIssued.v1').event as { buyerId: string };
    expect(of('InvoiceIssued.v1', people.olga)).toMatchObject({ act: 'InvoiceIssued' });
    expect(of('InvoiceIssued.v1', buyerId)).toBeNull();
  });

  it('is searched by who, what, whom and when, and page by page', async () => {
    const ofAnn = (await log({ subject: `user-${people.ann}` })).rows;
    expect(ofAnn.map(({ act }) => act).toSorted()).toEqual([
      'UserRated',
      'UserReinstated',
      'UserSuspended',
      'UserVerified',
    ]);
    expect(ofAnn.find(({ act }) => act === 'UserSuspended')).toMatchObject(reason);
    expect((await log({ actorId: people.adam })).rows.map(({ act }) => act)).toEqual([
      'PayoutRunDiscarded',
      'AuctionWithdrawn',
      'UserErased',
    ]);
    expect((await log({ act: 'AuctionCancelled' })).rows).toHaveLength(1);
    const all = (await log()).rows;
    const [latest] = all;
    expect((await log({ from: latest?.at })).rows.map(({ at }) => at)).toContain(latest?.at);
    expect((await log({ to: latest?.at })).rows.map(({ at }) => at)).not.toContain(latest?.at);
    const paged: Row[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: { rows: Row[]; next: string | null } = await log({ limit: 7, ...(cursor && { cursor }) });
      paged.push(...page.rows);
      cursor = page.next;
      if (cursor === null) break;
    }
    expect(paged).toEqual(all);
  });

  it('has what staff do to the house itself', async () => {
    const mutations = Object.entries(FIELD_ACCESS).flatMap(([field, access]) => {
      const name = field.replace('Mutation.', '');
      return name === field || !isStaffs(access) || COMMANDS.some((one) => one.name === name) ? [] : [name];
    });
    expect(mutations.toSorted()).toEqual(['acknowledgeAlert', 'replayParkedStream', 'silenceAlerts']);
    const stream = `auction-${clock.uuid()}`;
    await ask('olga', `mutation { acknowledgeAlert(alertId: "${clock.uuid()}") { alertId } }`);
    await ask('olga', `mutation { replayParkedStream(consumer: "silver", streamId: "${stream}") { status } }`);
    const silence = `{ kind: DISK_SHORT, until: "${inTime()}", reason: "the disk is being changed" }`;
    await ask('otto', `mutation { silenceAlerts(input: ${silence}) { until } }`);
    await house.caughtUp();
    await eventually('the three', async () => (await log({ limit: 3 })).rows[0]?.act === 'AlertsSilenced');
    expect((await log({ limit: 3 })).rows).toMatchObject([
      {
        act: 'AlertsSilenced',
        actorId: people.otto,
        reason: 'the disk is being changed',
        subject: 'alerts disk-short',
      },
      { act: 'StreamReplayed', actorId: people.olga, subject: stream, detail: 'for silver' },
      { act: 'AlertAcknowledged', actorId: people.olga },
    ]);
  });
});
