// Payouts by two people: one prepares a run, another approves it. Until then either may be discarded, and nothing is paid.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { PayoutRunId, UserId } from '../ids.js';
import { isStaff } from '../permissions.js';
import { PAYOUTS_MAX, type PayoutItem, type PayoutRunEvent } from './payout-run.events.js';

/** The items are what the house finds to be paid out when it is asked. */
export type PreparePayoutRun = Readonly<{
  type: 'PreparePayoutRun';
  payoutRunId: PayoutRunId;
  items: readonly PayoutItem[];
}>;
export type ApprovePayoutRun = Readonly<{ type: 'ApprovePayoutRun'; payoutRunId: PayoutRunId }>;
export type DiscardPayoutRun = Readonly<{ type: 'DiscardPayoutRun'; payoutRunId: PayoutRunId }>;
export type PayoutRunCommand = PreparePayoutRun | ApprovePayoutRun | DiscardPayoutRun;

export type PayoutRunRejection = Readonly<{
  reason:
    | 'NotAllowed'
    | 'PayoutRunUnknown'
    | 'PayoutRunAlreadyPrepared'
    /** It is approved or discarded. */
    | 'PayoutRunNotOpen'
    /** Whoever prepared it cannot approve it. */
    | 'PayoutRunNeedsAnother'
    | 'NothingToPayOut';
}>;

export type PayoutRun =
  | Readonly<{ status: 'unprepared' }>
  | Readonly<{ status: 'prepared' | 'approved' | 'discarded'; preparedBy: UserId }>;

/** Every run before its first event. */
export const unprepared: PayoutRun = { status: 'unprepared' };

type Judged = Decision<PayoutRunEvent, PayoutRunRejection>;

/** Judges what staff ask of a run; nobody else may. */
export function decide(command: PayoutRunCommand, run: PayoutRun, { at, actor }: Facts): Judged {
  if (actor.kind !== 'user' || !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const { userId } = actor;
  if (command.type === 'PreparePayoutRun') {
    const { items } = command;
    if (run.status !== 'unprepared') return reject({ reason: 'PayoutRunAlreadyPrepared' });
    if (items.length < 1 || items.length > PAYOUTS_MAX) return reject({ reason: 'NothingToPayOut' });
    const total = items.reduce((sum, { amount }) => sum + amount, 0n);
    return accept<PayoutRunEvent>({ type: 'PayoutRunPrepared', items, total, preparedBy: userId, preparedAt: at });
  }
  if (run.status === 'unprepared') return reject({ reason: 'PayoutRunUnknown' });
  if (run.status !== 'prepared') return reject({ reason: 'PayoutRunNotOpen' });
  if (command.type === 'DiscardPayoutRun')
    return accept<PayoutRunEvent>({ type: 'PayoutRunDiscarded', discardedBy: userId, discardedAt: at });
  if (run.preparedBy === userId) return reject({ reason: 'PayoutRunNeedsAnother' });
  return accept<PayoutRunEvent>({ type: 'PayoutRunApproved', approvedBy: userId, approvedAt: at });
}

/** Applies a fact; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolve(run: PayoutRun, event: PayoutRunEvent): PayoutRun {
  if (event.type === 'PayoutRunPrepared') {
    if (run.status !== 'unprepared') throw new Error(`broken invariant: ${event.type} on a run that is ${run.status}`);
    return { status: 'prepared', preparedBy: event.preparedBy };
  }
  if (run.status !== 'prepared') throw new Error(`broken invariant: ${event.type} on a run that is ${run.status}`);
  return { ...run, status: event.type === 'PayoutRunApproved' ? 'approved' : 'discarded' };
}
