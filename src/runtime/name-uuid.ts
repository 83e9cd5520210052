// Stable identities for names: the same name is the same UUID on every machine and in every run.
import { hash } from 'node:crypto';
import { type CommandId, commandId } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';

/** A UUID of version 8 (RFC 9562, section 5.8) made of the SHA-256 of `space` and `name`. */
export const nameUuid = (space: string, name: string): string =>
  uuidOf(hash('sha256', `gavel ${space}\n${name}`, 'hex'), '8');

/** The namespace of auctions' names, drawn once; as bytes. */
const AUCTIONS = Buffer.from('c0a3b5e27d1e4f6c8b19f04d52a7e638', 'hex');

/** The same for auctions, of version 5 (section 5.5): the house keeps version 8 for those that it lists again itself. */
export const auctionUuid = (space: string, name: string): string =>
  uuidOf(hash('sha1', Buffer.concat([AUCTIONS, Buffer.from(`gavel ${space}\n${name}`)]), 'hex'), '5');

/**
 * The id of a command that the house gives itself: a UUID of version 7 with `at` as its time and, behind it, the SHA-256 of all
 * three. The same kind, subject and instant make the same id on every node and after every restart, so asking again changes
 * nothing; any other makes another. Instants before 1970 have 1970 as the id's time.
 */
export function houseCommandId(kind: string, subject: string, at: Instant): CommandId {
  const digest = hash('sha256', `gavel command\n${JSON.stringify([kind, subject, at])}`, 'hex');
  const time = Math.max(0, at).toString(16).padStart(12, '0');
  return commandId(uuidOf(`${time}${digest.slice(0, 20)}`, '7'));
}

function uuidOf(hex: string, version: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `${version}${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
