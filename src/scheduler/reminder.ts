// Ends what has a time after the hammer: an unpaid invoice becomes overdue, a second chance that nobody answers expires.
import type { AuctionId } from '../domain/ids.js';
import type { Command } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

/** `number` is that of the transaction whose payment, or of the offer whose answer, was due at `dueAt`. */
export type Deadline = Readonly<{ auctionId: AuctionId; kind: 'payment' | 'offer'; number: number; dueAt: Instant }>;

/** What the reminder asks the closings read model. */
export interface Deadlines {
  /** Payments and answers whose time is over at `before`, the earliest first. */
  deadlines(before: Instant, limit: number): Promise<readonly Deadline[]>;
}

/** The reminder; `batchMax` commands are sent at once. */
export const reminderOf = (deadlines: Deadlines, parts: ErrandParts, batchMax: number): Errands<Deadline> =>
  new Errands<Deadline>(
    {
      name: 'a deadline',
      due: () => deadlines.deadlines(parts.runtime.now(), batchMax),
      subject: ({ auctionId, kind, number }) => `${auctionId} ${kind} ${number}`,
      command: (deadline) => ({
        command: commandFor(deadline),
        commandId: houseCommandId(deadline.kind, `${deadline.auctionId} ${deadline.number}`, deadline.dueAt),
      }),
    },
    parts,
  );

const commandFor = ({ auctionId, kind, number, dueAt }: Deadline): Command =>
  kind === 'payment'
    ? { type: 'DeclareOverdue', auctionId, transactionNumber: number, dueAt }
    : { type: 'ExpireSecondChance', auctionId, offerNumber: number, expiresAt: dueAt };
