// Ids made of a seed: a plan names its people and auctions before any of them exists, and the same plan names the same.
import { hash } from 'node:crypto';

const VARIANT = '89ab';

/** A UUID of version 8 (RFC 9562, section 5.8) made of the SHA-256 of the three. */
export function seededUuid(seed: string, kind: string, number: number): string {
  const hex = digestOf(seed, kind, number);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-${variantOf(hex)}-${hex.slice(18, 30)}`;
}

/**
 * The id of a command: a UUID of version 7 that carries the time, as the house demands, and is otherwise made of the seed
 * and the number of the entry in the plan.
 * @param atMs epoch milliseconds.
 */
export function seededCommandId(seed: string, entry: string, atMs: number): string {
  const hex = digestOf(seed, entry, 0);
  const time = atMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(12, 15)}-${variantOf(hex)}-${hex.slice(18, 30)}`;
}

const digestOf = (seed: string, kind: string, number: number): string =>
  hash('sha256', `gavel generate ${kind} ${number}\n${seed}`, 'hex');

const variantOf = (hex: string): string => VARIANT.charAt(Number.parseInt(hex.charAt(15), 16) & 3) + hex.slice(15, 18);
