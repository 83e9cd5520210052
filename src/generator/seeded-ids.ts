// Ids made of a seed: a plan names its people and auctions before any of them exists, and the same plan names the same.
import { hash } from 'node:crypto';

/** The namespace of our names, drawn once; as bytes. */
const NAMESPACE = Buffer.from('6f1c1f0e8f0a4c5b9d3b6a2d7e4c9b51', 'hex');
const VARIANT = '89ab';

/** A UUID of version 5 (RFC 9562, section 5.5), the one for names: that of the three. */
export function seededUuid(seed: string, kind: string, number: number): string {
  const name = Buffer.concat([NAMESPACE, Buffer.from(`${kind} ${number} ${seed}`)]);
  const hex = hash('sha1', name, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variantOf(hex)}-${hex.slice(20, 32)}`;
}

/**
 * The id of a command: a UUID of version 7 that carries the time, as the house demands, and is otherwise made of the seed
 * and the number of the entry in the plan.
 * @param atMs epoch milliseconds.
 */
export function seededCommandId(seed: string, entry: string, atMs: number): string {
  const hex = hash('sha256', `gavel generate ${entry}\n${seed}`, 'hex');
  const time = atMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(13, 16)}-${variantOf(hex)}-${hex.slice(20, 32)}`;
}

/** The two bits that tell whose kind of UUID it is, and the twelve behind them. */
const variantOf = (hex: string): string => VARIANT.charAt(Number.parseInt(hex.charAt(16), 16) & 3) + hex.slice(17, 20);
