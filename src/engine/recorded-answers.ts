// What has been read of the journal, as answers to the commands it came from: all of them, however many there are.
import type { CommandId, UserId } from '../domain/ids.js';
import type { AggregateKey } from '../domain/messages.js';
import type { JournalEntry } from '../journal/journal.js';
import { type Answered, type Answers, answeredBy, isSameCommand } from './idempotency-cache.js';

export class RecordedAnswers implements Answers {
  private readonly byCommand = new Map<CommandId, Answered[]>();

  /** Entries in the journal's order, with all that was recorded under each command id among them. */
  constructor(entries: readonly JournalEntry[]) {
    for (const entry of entries) this.take(entry);
  }

  /** The answer to the command of this id that this sender sent to this aggregate; null if none was recorded. */
  find(commandId: CommandId, actorId: UserId | null, aggregate: AggregateKey): Answered | null {
    return this.under(commandId).find((one) => isSameCommand(one, { actorId, aggregate })) ?? null;
  }

  /** All answers under this id, whoever sent it. */
  under(commandId: CommandId): readonly Answered[] {
    return this.byCommand.get(commandId) ?? [];
  }

  private take(entry: JournalEntry): void {
    const answered = answeredBy(entry, this);
    if (answered === null) return;
    const others = this.under(answered.commandId).filter((one) => !isSameCommand(one, answered));
    this.byCommand.set(answered.commandId, [...others, answered]);
  }
}
