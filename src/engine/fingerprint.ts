// What a command asks, as short text: two requests under one id are the same exactly if their fingerprints are.
import { createHash } from 'node:crypto';
import type { Actor } from '../domain/actor.js';
import type { Command } from '../domain/messages.js';

/**
 * The fingerprint of a command. A bid's is plain text, because bids are many; any other is a SHA-256. What is
 * encrypted is left out: it arrives encrypted with a fresh nonce, so that an honest repeat would look like another request. So
 * are the ties and payouts that were found on the way, and the line on which a hall result was read: a file that grew is no other request.
 */
export function fingerprintOf(command: Command, actor: Actor): string {
  if (command.type === 'PlaceBid') {
    const onBehalfOf = actor.kind === 'user' && actor.userId === command.bidderId ? '' : `:${command.bidderId}`;
    return `bid:${command.amount}:${command.currency}:${command.channel}${onBehalfOf}`;
  }
  const text = JSON.stringify(command, (key, value: unknown) => {
    if (key === 'personalData' || key === 'username' || key === 'taxNumber' || key === 'account' || key === 'ties')
      return undefined;
    if (key === 'items' && command.type === 'PreparePayoutRun') return undefined;
    if (key === 'source' && command.type === 'RecordHallResult') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
  return `${command.type}:${createHash('sha256').update(text).digest('base64url')}`;
}
