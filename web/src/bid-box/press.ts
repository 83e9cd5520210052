// A press of the bid button: asks for a confirmation, sends the bid, and learns from the answer. One press makes one bid.
import { signal } from '@preact/signals';
import { type BidAnswer, placeBid } from '../house/auctions.js';
import { houseTime } from '../house/clock.js';
import { type Unsent, untilAnswered } from '../house/until-answered.js';
import { noteOwnBid } from '../parts/own-bids.js';
import { type Draft, IDLE, type Notice } from './view.js';

type Lot = Parameters<typeof placeBid>[0]['currency'];
type Sent = Readonly<{ auctionId: string; currency: Lot; amount: bigint; isSealed: boolean }>;

/** A second press this soon is a double click, not a word. */
export const DELIBERATE_MS = 400;

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
    const notice = noticeOf(await sent(bid), bid);
    this.draft.value = { ...IDLE, notice };
    this.told(notice);
  }
}

const sent = ({ auctionId, amount, currency }: Sent): Promise<BidAnswer | Unsent | null> =>
  untilAnswered((commandId) => placeBid({ commandId, auctionId, amount: amount.toString(), currency }));

function noticeOf(answer: BidAnswer | Unsent | null, { auctionId, amount }: Sent): Notice | null {
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
