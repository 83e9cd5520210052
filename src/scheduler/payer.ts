// Settles the sales of approved payout runs. The file for the bank names those that the books show as settled, so nobody is paid twice.
import type { SettleTransaction } from '../domain/auction/after-sale.commands.js';
import type { AuctionId, PayoutRunId } from '../domain/ids.js';
import { payoutReference } from '../domain/payout/payout-run.events.js';
import { instant } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

type ToSettle = Readonly<{ payoutRunId: PayoutRunId; auctionId: AuctionId; transactionNumber: number }>;

/** What the payer asks. */
export interface PayoutsDue {
  toSettle(limit: number): Promise<readonly ToSettle[]>;
}

/** Nobody waits for it by the half second. */
const POLL_MS = 1_000;

export const payerOf = (payouts: PayoutsDue, parts: ErrandParts, limit: number): Errands<ToSettle> =>
  new Errands<ToSettle>(
    {
      name: 'a payout',
      due: () => payouts.toSettle(limit),
      subject: ({ payoutRunId, auctionId, transactionNumber }) => `${payoutRunId} ${auctionId} ${transactionNumber}`,
      command: ({ payoutRunId, auctionId, transactionNumber }) => ({
        command: settling({ payoutRunId, auctionId, transactionNumber }),
        commandId: houseCommandId('payout', `${payoutRunId} ${auctionId} ${transactionNumber}`, instant(0)),
      }),
    },
    { ...parts, pollMs: Math.max(parts.pollMs, POLL_MS) },
  );

const settling = ({ payoutRunId, auctionId, transactionNumber }: ToSettle): SettleTransaction => ({
  type: 'SettleTransaction',
  auctionId,
  transactionNumber,
  reference: payoutReference(payoutRunId),
});
