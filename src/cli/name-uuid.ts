// Stable identities for names: the same name is the same UUID on every machine and in every run.
import { createHash } from 'node:crypto';

/** A UUID of version 8 (RFC 9562, section 5.8) made of the SHA-256 of `space` and `name`. */
export function nameUuid(space: string, name: string): string {
  const hex = createHash('sha256').update(`gavel ${space}\n${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
