// Callers who bid in this process: a set number of them, each with one request under way.
import type { CommandBus, Outcome } from '../../bus/command-bus.js';
import type { Runtime } from '../../runtime/runtime.js';
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
export function bid({ bus, plan, runtime, callers, forMs }: BiddingOptions): Promise<Tally> {
  return new Promise((resolve, reject) => {
    let [accepted, refused, underWay, open] = [0, 0, 0, true];
    const timer = runtime.startTimer(forMs, () => {
      open = false;
    });
    const fail = (error: unknown): void => {
      timer.cancel();
      open = false;
      reject(error);
    };
    const send = (): void => {
      const planned = plan.next();
      underWay += 1;
      bus
        .submit(envelopeOf(planned, runtime))
        .then((outcome) => {
          underWay -= 1;
          if (outcome.status === (planned.tooLow ? 'rejected' : 'accepted')) {
            if (planned.tooLow) refused += 1;
            else accepted += 1;
          } else fail(new Error(`a bid that should be ${planned.tooLow ? 'refused' : 'taken'} was ${told(outcome)}`));
          if (open) send();
          else if (underWay === 0) resolve({ accepted, refused });
        })
        .catch(fail);
    };
    for (let i = 0; i < callers; i++) send();
  });
}

function told(outcome: Outcome): string {
  if (outcome.status === 'rejected') return `refused: ${outcome.rejection.reason}`;
  return outcome.status === 'fault' ? `met by a fault: ${outcome.message}` : outcome.status;
}
