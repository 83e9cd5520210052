// UUID version 7 (RFC 9562, section 5.7): 48 bits of epoch milliseconds, then chance.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A UUID of version 7 made of a time and ten random bytes. */
export function uuidV7(epochMs: number, random: Uint8Array): string {
  const time = epochMs.toString(16).padStart(12, '0');
  const hex = (i: number): string => HEX[random[i] ?? 0] ?? '00';
  const version = HEX[0x70 | ((random[0] ?? 0) & 0x0f)];
  const variant = HEX[0x80 | ((random[2] ?? 0) & 0x3f)];
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(1)}-${variant}${hex(3)}-${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
}
