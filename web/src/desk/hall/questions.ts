// What a clerk in a hall asks the house, and what the clerk tells it.
import { ask, NotAnswered } from '../../house/ask.js';
import { LOT } from '../../house/auctions.js';
import { graphql, type ResultOf } from '../../house/graphql.js';
import type { Judged, Said } from './said.js';

const LOTS = graphql(
  `query HallLots($id: ID!, $cursor: String) {
    saleLots(saleId: $id, limit: 200, cursor: $cursor) {
      next
      rows { lotId lotNumber title currency startingPrice lowEstimate highEstimate auction { ...Lot } }
    }
  }`,
  [LOT],
);
export type HallLot = ResultOf<typeof LOTS>['saleLots']['rows'][number];

/** Every open auction that changes: those of other sales are none of a console's. */
export const HALL_LIVE = graphql(`subscription HallLive { auctionsUpdated(filter: { status: OPEN }) { ...Lot } }`, [
  LOT,
]);

const PADDLES = graphql(`
  query HallPaddles($id: ID!, $cursor: String) {
    paddles(saleId: $id, limit: 200, cursor: $cursor) { next rows { bidderId paddle status biddingLimit } }
  }
`);
export type HallPaddle = ResultOf<typeof PADDLES>['paddles']['rows'][number];

type PageOf<Row> = Readonly<{ rows: readonly Row[]; next: string | null }>;

/** All pages, one behind the other. */
async function whole<Row>(page: (cursor: string | null) => Promise<PageOf<Row>>): Promise<readonly Row[]> {
  const found: Row[] = [];
  let cursor: string | null = null;
  do {
    const { rows, next }: PageOf<Row> = await page(cursor);
    found.push(...rows);
    cursor = next;
  } while (cursor !== null);
  return found;
}

/** The catalogue in its order, however long it is. */
export const hallLots = (id: string): Promise<readonly HallLot[]> =>
  whole(async (cursor) => (await ask(LOTS, { id, cursor })).saleLots);

/** Who has which paddle, and who waits for one. */
export const hallPaddles = (id: string): Promise<readonly HallPaddle[]> =>
  whole(async (cursor) => (await ask(PADDLES, { id, cursor })).paddles);

const OPEN = graphql(
  `mutation OpenLot($input: OpenLotInput!) { answer: openLot(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);
const ASK = graphql(
  `mutation AskPrice($input: AskPriceInput!) { answer: askPrice(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);
const BID = graphql(
  `mutation TakeBid($input: TakeBidInput!) { answer: takeBid(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);
const WARN = graphql(
  `mutation GiveFairWarning($input: LeadingBidInput!) { answer: giveFairWarning(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);
const HAMMER = graphql(
  `mutation Hammer($input: LeadingBidInput!) { answer: hammer(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);
const PASS = graphql(
  `mutation PassLot($input: PassLotInput!) { answer: passLot(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);
const UNDO = graphql(
  `mutation UndoCall($input: LeadingBidInput!) { answer: undoCall(input: $input) { __typename ... on Refusal { message } ... on Accepted { revision } } }`,
);

type Answer = Readonly<{ __typename: string; message?: string; revision?: number }>;

function send(commandId: string, said: Said): Promise<Readonly<{ answer: Answer }>> {
  switch (said.act) {
    case 'open':
      return ask(OPEN, { input: { ...said.input, commandId } });
    case 'ask':
      return ask(ASK, { input: { ...said.input, commandId } });
    case 'bid':
      return ask(BID, { input: { ...said.input, commandId } });
    case 'warn':
      return ask(WARN, { input: { ...said.input, commandId } });
    case 'hammer':
      return ask(HAMMER, { input: { ...said.input, commandId } });
    case 'pass':
      return ask(PASS, { input: { ...said.input, commandId } });
    case 'undo':
      return ask(UNDO, { input: { ...said.input, commandId } });
  }
}

/** Null while the house has not judged it: the same command is to be sent again. */
export async function judged(commandId: string, said: Said): Promise<Judged | null> {
  try {
    const { answer } = await send(commandId, said);
    if (answer.__typename === 'Pending' || answer.__typename === 'NotNow') return null;
    return { message: answer.message ?? null, revision: answer.revision ?? null };
  } catch (error) {
    if (error instanceof NotAnswered && error.isFinal) return { message: error.message, revision: null };
    if (error instanceof NotAnswered) return null;
    throw error;
  }
}
