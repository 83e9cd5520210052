// Answers in the form in which the bus gives them.
import type { ArrivedCommand, Outcome } from '../bus/command-bus.js';
import { type CommandId, commandIdTime } from '../domain/ids.js';
import type { Journal } from '../journal/journal.js';
import { StreamCorrupt } from '../journal/journal.js';
import type { Answer, Answered } from './idempotency-cache.js';
import { RecordedAnswers } from './recorded-answers.js';

/** Something is broken here. The message goes to the client: it names no internals. */
export const fault = (code: string, message: string, retryable: boolean): Outcome => ({
  status: 'fault',
  code,
  message,
  retryable,
});

/** The answer to a command that has been answered before, with the events it led to, read back from the journal. */
export async function repeatedOutcome({ answer }: Pick<Answered, 'answer'>, journal: Journal): Promise<Outcome> {
  if (answer.status === 'rejected') return rejectedOutcome(answer, true);
  const { streamId, firstRevision, lastRevision } = answer;
  const entries = await journal.readStream(streamId, firstRevision, lastRevision - firstRevision + 1);
  const events = entries.map((entry) => {
    if (entry.kind === 'event') return entry.event;
    throw new StreamCorrupt(entry.streamId, entry.revision, entry.problem);
  });
  return { status: 'accepted', streamId, revision: lastRevision, events, repeated: true };
}

export const rejectedOutcome = (
  { rejection, judgedAtRevision }: Extract<Answer, { status: 'rejected' }>,
  repeated: boolean,
): Outcome => ({ status: 'rejected', rejection, judgedAtRevision, repeated });

/**
 * Refuses an id that can no longer, or not yet, be told from a repeat. The house names its commands by what
 * they are about, so that a repeat of one is refused by the rules; it is never too late for them.
 */
export function idRefusal(
  { actor, arrivedAt, commandId }: ArrivedCommand,
  { commandWindowMs, commandFutureMaxMs }: Readonly<{ commandWindowMs: number; commandFutureMaxMs: number }>,
): Outcome | null {
  if (actor.kind === 'house') return null;
  const ageMs = arrivedAt - commandIdTime(commandId);
  if (ageMs > commandWindowMs) return { status: 'refused', reason: 'CommandTooOld' };
  if (ageMs < -commandFutureMaxMs) return { status: 'refused', reason: 'CommandFromTheFuture' };
  return null;
}

/** What the metrics count an outcome as. */
export function outcomeLabel(outcome: Outcome): string {
  if (outcome.status === 'rejected') return outcome.rejection.reason;
  return outcome.status === 'refused' ? outcome.reason : outcome.status;
}

/**
 * What became of a command, from the journal alone, so that any node can tell; null for a command that was never
 * recorded, or that somebody else sent.
 */
export async function lookUpOutcome(journal: Journal, commandId: CommandId, actorId: string): Promise<Outcome | null> {
  const recorded = new RecordedAnswers(await journal.readCommands([commandId]));
  const found = recorded.under(commandId).find((answered) => answered.actorId === actorId);
  return found === undefined ? null : repeatedOutcome(found, journal);
}
