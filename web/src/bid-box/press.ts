// A press of the bid button: asks for a confirmation, sends the bid, and learns from the answer. One press makes one bid: its
// command id is made once, and sent again under it while the house has not answered.
import { signal } from '@preact/signals';
import { NotAnswered } from '../house/ask.js';
import { type BidAnswer, placeBid } from '../house/auctions.js';
import { houseTime } from '../house/clock.js';
import { newCommandId } from '../house/ids.js';
import { noteOwnBid } from '../parts/own-bids.js';
import { type Draft, IDLE, type Notice } from './view.js';

type Lot = Parameters<typeof placeBid>[0]['currency'];
type Sent = Readonly<{ auctionId: string; currency: Lot; amount: bigint; isSealed: boolean }>;

/** A second press this soon is a double click, not a word. */
export const DELIBERATE_MS = 400;
const AGAIN_MS = 2_000;
/** After that the house has lost it, or we have lost the house: the person decides. */
const GIVE_UP_MS = 60_000;

export class Press {
  readonly draft = signal<Draft>(IDLE);

  private readonly told: (notice: Notice | null) => void;

  /** `told` hears what is to be announced: the answer has come. */
  constructor(told: (notice: Notice | null) => void) {
    this.told = told;
  }

  /** Another amount. Whatever was said of the last press is over. */
  amount(amount: bigint | null): void {
    if (this.draft.value.phase === 'sent') return;
    this.draft.value = { ...IDLE, amount };
  }

  change(): void {
    if (this.draft.value.phase === 'confirm') this.draft.value = { ...this.draft.value, phase: 'idle' };
  }

  /** The first press asks, the second one sends. */
  async press(bid: Sent): Promise<void> {
    const { phase, sinceMs } = this.draft.value;
    const nowMs = houseTime();
    if (phase === 'sent') return;
    if (phase === 'idle') {
      this.draft.value = { amount: bid.amount, phase: 'confirm', sinceMs: nowMs, notice: null };
      return;
    }
    if (nowMs - sinceMs < DELIBERATE_MS) return;
    this.draft.value = { amount: bid.amount, phase: 'sent', sinceMs: nowMs, notice: null };
    const notice = noticeOf(await sendUntilAnswered(bid, nowMs), bid);
    this.draft.value = { ...IDLE, notice };
    this.told(notice);
  }
}

type Answer = BidAnswer | Readonly<{ __typename: 'Unsent'; message: string }> | null;

/** Null where the house has not answered in all that time. */
async function sendUntilAnswered(bid: Sent, sinceMs: number): Promise<Answer> {
  const { auctionId, currency } = bid;
  const input = { commandId: newCommandId(sinceMs), auctionId, amount: bid.amount.toString(), currency };
  for (;;) {
    const answer = await placeBid(input).catch(unsent);
    const isFinal = answer !== null && answer.__typename !== 'Pending' && answer.__typename !== 'NotNow';
    if (isFinal || houseTime() - sinceMs > GIVE_UP_MS) return answer;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

const unsent = (error: unknown): Answer =>
  error instanceof NotAnswered && error.isFinal ? { __typename: 'Unsent', message: error.message } : null;

function noticeOf(answer: Answer, { auctionId, amount }: Sent): Notice | null {
  switch (answer?.__typename) {
    case 'BidAccepted':
      noteOwnBid(auctionId, amount);
      return answer.leading ? null : { kind: 'higher-maximum', next: BigInt(answer.minimumNextBid) };
    case 'SealedBidAccepted':
      noteOwnBid(auctionId, amount);
      return null;
    case 'Rejected':
      if (answer.details.minimumNextBid !== null)
        return { kind: 'too-low', amount, next: BigInt(answer.details.minimumNextBid) };
      return answer.details.closesAt === null ? { kind: 'refused', message: answer.message } : { kind: 'too-late' };
    case 'CommandRefused':
    case 'Unsent':
    case 'Fault':
      return { kind: 'refused', message: answer.message };
    default:
      return { kind: 'busy' };
  }
}
