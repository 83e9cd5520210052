// The commands that synthetic people and staff send beside bids, as docs/permissions.md lists them.
import type { HouseCommand, Topic } from './sender.js';

type Named = Readonly<Record<string, string | number>>;

function command(type: string, route: string, { named = {}, body = {}, topic = null }: Partial<HouseCommand> = {}) {
  const [method, pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(named[name])));
  return { kind: 'command', type, method: method === 'PUT' ? 'PUT' : 'POST', path, named, body, topic } as const;
}

const AUCTION = '/auctions/:auctionId';
const BID = `${AUCTION}/bids/:bidNumber`;
const TRANSACTION = `${AUCTION}/transactions/:transactionNumber`;

/** A sale of an auction: the first has the number 1. */
export type Deal = Readonly<{ auctionId: string; transactionNumber: number }>;

const ofDeal =
  (type: string, step: string, topic: Topic | null = null) =>
  ({ auctionId, transactionNumber }: Deal, body: object): HouseCommand =>
    command(type, `POST ${TRANSACTION}/${step}`, { named: { auctionId, transactionNumber }, body, topic });

export const recordPayment = ofDeal('RecordPayment', 'payments', 'txn');
export const recordPaymentFailure = ofDeal('RecordPaymentFailure', 'failed-payments', 'txn');
export const refundPayment = ofDeal('RefundPayment', 'refund', 'txn');
export const declareOverdue = ofDeal('DeclareOverdue', 'overdue');
export const settleTransaction = ofDeal('SettleTransaction', 'settlement');
export const recordPayoutReturn = ofDeal('RecordPayoutReturn', 'payout-return');
export const giveFeedback = ofDeal('GiveFeedback', 'feedback');
export const replyToFeedback = (deal: Deal, side: 'buyer' | 'seller', body: object): HouseCommand =>
  command('ReplyToFeedback', `POST ${TRANSACTION}/feedback/:side/reply`, { named: { ...deal, side }, body });

const ofAuction =
  (type: string, step: string) =>
  (auctionId: string, body: object): HouseCommand =>
    command(type, `POST ${AUCTION}/${step}`, { named: { auctionId }, body });

export const relistAuction = ofAuction('RelistAuction', 'relisting');
export const offerSecondChance = ofAuction('OfferSecondChance', 'second-chances');
export const askQuestion = ofAuction('AskQuestion', 'questions');
export const answerSecondChance = (auctionId: string, offerNumber: number, accepts: boolean): HouseCommand =>
  command(
    accepts ? 'AcceptSecondChance' : 'DeclineSecondChance',
    `POST ${AUCTION}/second-chances/:offerNumber/${accepts ? 'acceptance' : 'refusal'}`,
    { named: { auctionId, offerNumber } },
  );

const ofQuestion =
  (type: string, step: string) =>
  (auctionId: string, questionNumber: number, body: object): HouseCommand =>
    command(type, `POST ${AUCTION}/questions/:questionNumber/${step}`, { named: { auctionId, questionNumber }, body });

export const answerQuestion = ofQuestion('AnswerQuestion', 'answer');
export const hideQuestion = ofQuestion('HideQuestion', 'hiding');

const ofBid =
  (type: string, step: string) =>
  (auctionId: string, bidNumber: number, body: object = {}): HouseCommand =>
    command(type, `POST ${BID}/${step}`, { named: { auctionId, bidNumber }, body, topic: 'bids' });

export const requestRetraction = ofBid('RequestRetraction', 'retraction-request');
export const grantRetraction = ofBid('GrantRetraction', 'retraction-request/grant');
export const refuseRetraction = ofBid('RefuseRetraction', 'retraction-request/refusal');
export const proposeVoiding = ofBid('ProposeVoiding', 'voiding-proposal');
export const voidBid = ofBid('VoidBid', 'voiding');

const ofUser =
  (type: string, step: string) =>
  (userId: string, body: object = {}): HouseCommand =>
    command(type, `POST /users/:userId/${step}`, { named: { userId }, body, topic: 'users' });

export const verifyUser = ofUser('VerifyUser', 'verification');
export const suspendUser = ofUser('SuspendUser', 'suspension');
export const reinstateUser = ofUser('ReinstateUser', 'reinstatement');
export const stateBankAccount = (body: object): HouseCommand =>
  command('StateBankAccount', 'PUT /users/me/bank-account', { body });
export const stateTaxPosition = (body: object): HouseCommand =>
  command('StateTaxPosition', 'PUT /users/me/tax-position', { body });

export const draftSale = (body: object): HouseCommand => command('DraftSale', 'POST /sales', { body });

const ofSale =
  (type: string, route: string) =>
  (saleId: string, body: object = {}): HouseCommand =>
    command(type, route, { named: { saleId }, body });

export const addLot = ofSale('AddLot', 'POST /sales/:saleId/lots');
export const publishSale = ofSale('PublishSale', 'POST /sales/:saleId/publication');
export const cancelSale = ofSale('CancelSale', 'POST /sales/:saleId/cancellation');
export const requestPaddle = ofSale('RequestPaddle', 'POST /sales/:saleId/paddles');
const ofPaddle =
  (type: string, route: string) =>
  (saleId: string, bidderId: string, body: object): HouseCommand =>
    command(type, route, { named: { saleId, bidderId }, body });
export const givePaddle = ofPaddle('GivePaddle', 'PUT /sales/:saleId/paddles/:bidderId');
export const refusePaddle = ofPaddle('RefusePaddle', 'POST /sales/:saleId/paddles/:bidderId/refusal');

export const preparePayouts: HouseCommand = command('PreparePayoutRun', 'POST /payout-runs');
export const approvePayouts = (payoutRunId: string): HouseCommand =>
  command('ApprovePayoutRun', 'POST /payout-runs/:payoutRunId/approval', { named: { payoutRunId } });
export const takeCase = (caseId: string): HouseCommand =>
  command('AssignFraudCase', 'PUT /fraud/cases/:caseId/assignee', { named: { caseId } });
export const noteCase = (caseId: string, note: string): HouseCommand =>
  command('NoteFraudCase', 'POST /fraud/cases/:caseId/notes', { named: { caseId }, body: { note } });

/** Those of GraphQL alone. */
export const ask = (document: string, variables: Named | object = {}) =>
  ({ kind: 'question', document, variables }) as const;
