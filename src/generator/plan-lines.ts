// A plan, and the answers to its fraud, as JSON lines. docs/generator.md describes the fields.
import { isFraud, type Plan, type PlannedAuction, type PlannedMove } from './plan.js';

/** The format's number, which changes when a reader of the lines would have to. */
const VERSION = 2;

/** One object a line: the options, then the people, then every auction followed by its moves. Amounts are text, in cents. */
export function* planLines(plan: Plan): Generator<string> {
  yield JSON.stringify({ kind: 'plan', version: VERSION, ...plan.options });
  for (const person of plan.people) yield JSON.stringify({ kind: 'person', ...person });
  for (const { moves, startingPrice, reservePrice, ...auction } of plan.auctions) {
    const amounts = { startingPrice: startingPrice.toString(), reservePrice: reservePrice?.toString() ?? null };
    yield JSON.stringify({ kind: 'auction', ...auction, ...amounts });
    for (const move of moves)
      yield JSON.stringify(move.kind === 'bid' ? { ...move, amount: move.amount.toString() } : move);
  }
}

/** What became of a move that was sent. */
export type MoveResult = Readonly<{
  commandId: string;
  /** `accepted`, the reason of a refusal, or `fault`. */
  outcome: string;
  /** The number that the house gave the bid; of a retraction, that of the bid taken back. */
  bidNumber: number | null;
}>;

/** One object a line for each marked move; of those that were sent, with what became of them. */
export function* answerLines(plan: Plan, resultOf: (entry: number) => MoveResult | null): Generator<string> {
  for (const auction of plan.auctions)
    for (const move of auction.moves)
      if (move.mark !== null) yield answerLine(plan, auction, move, resultOf(move.entry));
}

function answerLine({ people }: Plan, auction: PlannedAuction, move: PlannedMove, result: MoveResult | null): string {
  const { kind, entry, bidder, beforeCloseMs, mark } = move;
  return JSON.stringify({
    ...mark,
    fraud: mark !== null && isFraud(mark),
    kind,
    entry,
    auctionId: auction.auctionId,
    sellerId: people[auction.seller]?.userId,
    bidderId: people[bidder]?.userId,
    amount: move.kind === 'bid' ? move.amount.toString() : null,
    beforeCloseMs,
    commandId: result?.commandId ?? null,
    outcome: result?.outcome ?? 'not sent',
    bidNumber: result?.bidNumber ?? null,
  });
}
