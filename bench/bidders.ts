// Callers who bid in this process: a set number of them, each with one request under way.
import type { CommandBus, Outcome } from '../src/bus/command-bus.js';
import type { Runtime } from '../src/runtime/runtime.js';
import { type BidPlan, envelopeOf } from './bid-plan.js';

export type Tally = Readonly<{ accepted: number; refused: number }>;

export type BiddingOptions = Readonly<{
  bus: CommandBus;
  plan: BidPlan;
  runtime: Runtime;
  callers: number;
  forMs: number;
}>;

/**
 * Bids for so many milliseconds and waits for the last answers. Rejects on any answer that the plan does not provide
 * for: a valid bid refused, a low one taken, a busy house, a fault.
 */
export async function bid({ bus, plan, runtime, callers, forMs }: BiddingOptions): Promise<Tally> {
  let [accepted, refused, open] = [0, 0, true];
  const timer = runtime.startTimer(forMs, () => {
    open = false;
  });
  const call = async (): Promise<void> => {
    while (open) {
      const planned = plan.next();
      const outcome = await bus.submit(envelopeOf(planned, runtime));
      const expected = planned.tooLow ? 'rejected' : 'accepted';
      if (outcome.status !== expected) throw new Error(`a bid that should be ${expected} was ${told(outcome)}`);
      if (planned.tooLow) refused += 1;
      else accepted += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: callers }, call));
  } finally {
    open = false;
    timer.cancel();
  }
  return { accepted, refused };
}

function told(outcome: Outcome): string {
  if (outcome.status === 'rejected') return `refused: ${outcome.rejection.reason}`;
  return outcome.status === 'fault' ? `met by a fault: ${outcome.message}` : outcome.status;
}
