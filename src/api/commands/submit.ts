// A command on Nest's bus, which ends at the edge (docs/adr/0010). A handler is here only where it carries something.
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler, Command as NestCommand } from '@nestjs/cqrs';
import type { CommandEnvelope, Outcome } from '../../bus/command-bus.js';
import { PAYOUTS_MAX } from '../../domain/payout/payout-run.events.js';
import { API_DEPS, type ApiDeps } from '../api.deps.js';

/** `pending`: the command goes on, and its answer did not come in time. */
export type Answered = Outcome | Readonly<{ status: 'pending' }>;

export class Submit extends NestCommand<Answered> {
  constructor(readonly envelope: CommandEnvelope) {
    super();
  }
}

/** Submits a command and waits for its outcome for as long as the house lets people wait. */
@CommandHandler(Submit)
export class SubmitHandler implements ICommandHandler<Submit> {
  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {}

  execute({ envelope }: Submit): Promise<Answered> {
    return inTime(this.deps, envelope);
  }
}

/** Erases a person: what binds the person to others is looked up first, and the key goes once it is accepted. */
export class Erase extends Submit {}

@CommandHandler(Erase)
export class EraseHandler implements ICommandHandler<Erase> {
  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {}

  async execute({ envelope }: Erase): Promise<Answered> {
    const { erasure } = this.deps;
    const { command } = envelope;
    if (command.type !== 'EraseUser') throw new Error(`${command.type} erases nobody`);
    const ties = await erasure.tiesOf(command.userId);
    const answered = await inTime(this.deps, { ...envelope, command: { ...command, ties } });
    // The house does it too, from the journal, should this process end here or the answer still be out.
    if (answered.status === 'accepted') await erasure.carryOut(command.userId);
    return answered;
  }
}

/** Prepares a payout run of what is to be paid out now. */
export class PreparePayouts extends Submit {}

@CommandHandler(PreparePayouts)
export class PreparePayoutsHandler implements ICommandHandler<PreparePayouts> {
  constructor(@Inject(API_DEPS) private readonly deps: ApiDeps) {}

  async execute({ envelope }: PreparePayouts): Promise<Answered> {
    const { command } = envelope;
    if (command.type !== 'PreparePayoutRun') throw new Error(`${command.type} pays nobody out`);
    const items = await this.deps.payouts.toPay(PAYOUTS_MAX);
    return inTime(this.deps, { ...envelope, command: { ...command, items } });
  }
}

function inTime({ bus, runtime, settings }: ApiDeps, envelope: CommandEnvelope): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const timer = runtime.startTimer(settings.answerTimeoutMs, () => resolve({ status: 'pending' }));
    bus
      .submit(envelope)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}
