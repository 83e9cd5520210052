// Answers on their way to the API node that waits for them: many in one message. Events and rejections travel in the form
// in which the journal keeps them, so there is one way to write each.

import type { Outcome } from '../../bus/command-bus.js';
import type { CommandId } from '../../domain/ids.js';
import type { DomainEvent } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';

/** The journal's codec, as the bus needs it; handed in by the mains. */
export type EventCodec = Readonly<{
  encode(event: DomainEvent): Readonly<{ eventType: string; schemaVersion: number; text: string }>;
  decode(eventType: string, schemaVersion: number, text: string): DomainEvent;
}>;

/** An answer, and the waiting node's own number for the question. */
export type Answered = Readonly<{ seq: number; commandId: CommandId; outcome: Outcome }>;

export const OUTCOMES_VERSION = 1;

/** One message for one node. */
export const outcomesText = (node: string, answers: readonly Answered[], codec: EventCodec): string =>
  `{"v":${OUTCOMES_VERSION},"node":${JSON.stringify(node)},"answers":[${answers.map((one) => answerText(one, codec)).join(',')}]}`;

/** False for messages to other nodes, or of another version. A message names its node first: those of others need no parsing. */
export const isFor = (node: string, text: string): boolean =>
  text.startsWith(`{"v":${OUTCOMES_VERSION},"node":${JSON.stringify(node)},`);

/** Back again. */
export function outcomesOf(text: string, codec: EventCodec): readonly Answered[] {
  const { answers }: { answers: any[] } = JSON.parse(text);
  return answers.map(({ seq, commandId, outcome }) => ({ seq, commandId, outcome: outcomeOf(outcome, codec) }));
}

const answerText = ({ seq, commandId, outcome }: Answered, codec: EventCodec): string =>
  `{"seq":${seq},"commandId":"${commandId}","outcome":${outcomeText(outcome, codec)}}`;

function outcomeText(outcome: Outcome, codec: EventCodec): string {
  if (outcome.status === 'accepted') {
    const { streamId, revision, repeated, events } = outcome;
    const texts = events.map((event) => eventText(event, codec)).join(',');
    return `{"status":"accepted","streamId":"${streamId}","revision":${revision},"repeated":${repeated},"events":[${texts}]}`;
  }
  if (outcome.status !== 'rejected') return JSON.stringify(outcome);
  const { rejection, judgedAtRevision, repeated } = outcome;
  const event = {
    type: 'CommandRejected',
    command: '',
    rejection,
    judgedAtRevision,
    rejectedAt: 0 as Instant,
  } as const;
  return `{"status":"rejected","repeated":${repeated},"event":${eventText(event, codec)}}`;
}

function outcomeOf(outcome: any, codec: EventCodec): Outcome {
  if (outcome.status === 'accepted')
    return { ...outcome, events: outcome.events.map((event: any) => eventOf(event, codec)) };
  if (outcome.status !== 'rejected') return outcome;
  const event = eventOf(outcome.event, codec);
  if (event.type !== 'CommandRejected') throw new Error(`a refusal came as ${event.type}`);
  const { rejection, judgedAtRevision } = event;
  return { status: 'rejected', rejection, judgedAtRevision, repeated: outcome.repeated };
}

function eventText(event: DomainEvent, codec: EventCodec): string {
  const { eventType, schemaVersion, text } = codec.encode(event);
  return `{"type":"${eventType}","version":${schemaVersion},"event":${text}}`;
}

const eventOf = ({ type, version, event }: any, codec: EventCodec): DomainEvent =>
  codec.decode(type, version, JSON.stringify(event));
