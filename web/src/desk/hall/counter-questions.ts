// What staff ask and say at the door and at the counter of a sale in a hall.
import { ask } from '../../house/ask.js';
import { houseTime } from '../../house/clock.js';
import { graphql, type ResultOf, type VariablesOf } from '../../house/graphql.js';
import { newCommandId } from '../../house/ids.js';

const TRANSACTIONS = graphql(`
  query Transactions($cursor: String) {
    transactions(limit: 200, cursor: $cursor) {
      next
      rows { auctionId transactionNumber buyerId currency finalPrice amountDue paymentStatus paymentDueAt }
    }
  }
`);
export type Transaction = ResultOf<typeof TRANSACTIONS>['transactions']['rows'][number];

/** The last sale of each of these auctions that was sold. Goes back no further than to the first of them. */
export async function transactionsOf(auctionIds: ReadonlySet<string>): Promise<ReadonlyMap<string, Transaction>> {
  const found = new Map<string, Transaction>();
  let cursor: string | null = null;
  do {
    const page: ResultOf<typeof TRANSACTIONS>['transactions'] = (await ask(TRANSACTIONS, { cursor })).transactions;
    for (const row of page.rows)
      if (auctionIds.has(row.auctionId) && !found.has(row.auctionId)) found.set(row.auctionId, row);
    cursor = found.size < auctionIds.size ? page.next : null;
  } while (cursor !== null);
  return found;
}

const PAY = graphql(
  `mutation RecordPayment($input: RecordPaymentInput!) { answer: recordPayment(input: $input) { __typename ... on Refusal { message } } }`,
);
const REFUND = graphql(
  `mutation RefundPayment($input: RefundPaymentInput!) { answer: refundPayment(input: $input) { __typename ... on Refusal { message } } }`,
);
const GIVE = graphql(
  `mutation GivePaddle($input: GivePaddleInput!) { answer: givePaddle(input: $input) { __typename ... on Refusal { message } } }`,
);
const BID = graphql(
  `mutation AbsenteeBid($input: TakeBidInput!) { answer: takeBid(input: $input) { __typename ... on Refusal { message } } }`,
);

type Answer = Readonly<{ __typename: string; message?: string }>;
const refusalOf = ({ answer }: Readonly<{ answer: Answer }>): string | null => answer.message ?? null;
const fresh = () => ({ commandId: newCommandId(houseTime()) });

/** Takes the whole amount at the counter. Null once it is on record, else why not. */
export const takePayment = async (row: Transaction, reference: string): Promise<string | null> => {
  const { auctionId, transactionNumber, amountDue: amount, currency } = row;
  const input = {
    ...fresh(),
    auctionId,
    transactionNumber,
    amount,
    currency,
    reference,
    channel: 'POINT_OF_SALE',
  } as const;
  return refusalOf(await ask(PAY, { input }));
};

export type RefundReason = VariablesOf<typeof REFUND>['input']['reason'];
/** Gives the whole payment back. */
export const refund = async (row: Transaction, reference: string, reason: RefundReason): Promise<string | null> => {
  const { auctionId, transactionNumber } = row;
  return refusalOf(await ask(REFUND, { input: { ...fresh(), auctionId, transactionNumber, reference, reason } }));
};

/** `biddingLimit` null is no limit. */
export const givePaddle = async (
  saleId: string,
  bidderId: string,
  biddingLimit: string | null,
): Promise<string | null> => refusalOf(await ask(GIVE, { input: { ...fresh(), saleId, bidderId, biddingLimit } }));

type Absentee = Omit<VariablesOf<typeof BID>['input'], 'commandId' | 'channel'>;
/** Leaves a commission for whoever has the paddle. */
export const leaveCommission = async (bid: Absentee): Promise<string | null> =>
  refusalOf(await ask(BID, { input: { ...fresh(), ...bid, channel: 'ABSENTEE' } }));
