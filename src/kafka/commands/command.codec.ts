// Commands as the house's own messages carry them. They are signed, so they are read as they were written; what a foreign
// producer writes is read by the edge (api/ingress).

import type { CommandEnvelope } from '../../bus/command-bus.js';
import { TOPIC_OF } from '../../bus/ingress.js';
import type { Actor } from '../../domain/actor.js';
import type { CommandId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import { NumberText } from '../../runtime/exact-json.js';

/** The API node that waits for the answer, and its own number for it. */
export type ReplyTo = Readonly<{ partition: number; node: string; seq: number }>;

export const MESSAGE_VERSION = 1;

/** The text of a message. */
export function commandText(
  { command, commandId, actor, correlationId }: CommandEnvelope,
  reply: ReplyTo | null,
): string {
  const head = `{"v":${MESSAGE_VERSION},"commandId":"${commandId}","actor":${actorText(actor)},"reply":${replyText(reply)}`;
  const correlation = correlationId === null ? '' : `,"correlationId":${JSON.stringify(correlationId)}`;
  return `${head}${correlation},"command":${bodyText(command)}}`;
}

export type HouseMessage = CommandEnvelope & Readonly<{ reply: ReplyTo | null }>;

/** Back from the parsed text of a signed message; null for a command that this version does not know. */
export function houseMessage(message: any): HouseMessage | null {
  const { commandId, actor, reply, correlationId, command } = message as Readonly<{
    commandId: CommandId;
    actor: Actor;
    reply: ReplyTo | null;
    correlationId?: string;
    command: any;
  }>;
  if (!Object.hasOwn(TOPIC_OF, command?.type)) return null;
  return { command: withAmounts(command), commandId, actor, reply, correlationId: correlationId ?? null };
}

// Bids are nearly all there is: this one shape is put together by hand. Ids and codes need no escaping.
function bodyText(command: Command): string {
  if (command.type !== 'PlaceBid') return JSON.stringify(command, amountsTagged);
  const { auctionId, bidderId, amount, currency, channel } = command;
  return (
    `{"type":"PlaceBid","auctionId":"${auctionId}","bidderId":"${bidderId}","amount":"${amount}",` +
    `"currency":"${currency}","channel":"${channel}"}`
  );
}

const actorText = (actor: Actor): string =>
  actor.kind === 'house'
    ? '{"kind":"house"}'
    : `{"kind":"user","userId":"${actor.userId}","roles":${JSON.stringify(actor.roles)}}`;

const replyText = (reply: ReplyTo | null): string =>
  reply === null ? 'null' : `{"partition":${reply.partition},"node":"${reply.node}","seq":${reply.seq}}`;

/** Amounts are bigints, which JSON has not; an object of one key stands for each, so that no text can pass for one. */
const amountsTagged = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { $amount: value.toString() } : value;

function withAmounts(command: any): Command {
  if (command.type === 'PlaceBid') return { ...command, amount: BigInt(command.amount) };
  return untagged(command) as Command;
}

function untagged(value: any): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (typeof value !== 'object' || value === null) return value;
  // The reader takes numbers by their text (runtime/exact-json.ts). What we wrote ourselves is the number it says: a score, say.
  if (value instanceof NumberText) return Number(value.text);
  if (typeof value.$amount === 'string') return BigInt(value.$amount);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, untagged(inner)]));
}
