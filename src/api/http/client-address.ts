// Who counts as one client. Addresses come in many spellings, and whoever may choose among them must not become many.
import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';

/** What an end user is given of IPv6 is a /64 at least (RFC 6177), so one customer has 2^64 addresses to choose from. */
const IPV6_PREFIX_PARTS = 4;

/** `[2001:db8::1]:443`, `[2001:db8::1]` */
const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;
/** `198.51.100.4:51001`; IPv6 without brackets has more colons, and no port that could be told. */
const WITH_PORT = /^([^:]+):\d{1,5}$/;

/** What sockets come from stays the same for as long as they last, and each carries many requests. */
const ofSockets = new WeakMap<object, string>();

type Asking = Readonly<{ headers: IncomingHttpHeaders; socket: Readonly<{ remoteAddress?: string | undefined }> }>;

/**
 * The client behind a request, as a text that is the same for every spelling of its address: an IPv4 address, or an IPv6
 * /64. `proxies` of ours stand in front, each of which has added the address that it saw to X-Forwarded-For; what stands
 * before those entries is the client's own invention. An entry that is no address counts as the proxy that passed it on.
 */
export function clientOf({ headers, socket }: Asking, proxies: number): string {
  if (proxies === 0) return peerOf(socket);
  const seen = [peerOf(socket), ...forwarded(headers, proxies).map(canonical)];
  return seen.findLast((one) => one !== null) ?? 'unknown';
}

function peerOf(socket: Asking['socket']): string {
  const known = ofSockets.get(socket);
  if (known !== undefined) return known;
  const peer = canonical(socket.remoteAddress ?? '') ?? 'unknown';
  ofSockets.set(socket, peer);
  return peer;
}

/** The entries that our own proxies made, the nearest to us first. */
function forwarded({ 'x-forwarded-for': header }: IncomingHttpHeaders, proxies: number): readonly string[] {
  if (header === undefined) return [];
  return String(header).split(',').slice(-proxies).reverse();
}

/** One text for all spellings of an address; null for what is none. */
export function canonical(text: string): string | null {
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  const address = BRACKETED.exec(bare)?.[1] ?? WITH_PORT.exec(bare)?.[1] ?? bare;
  if (!ipaddr.isValid(address)) return null;
  // Mapped IPv4 becomes IPv4 here.
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const parts = (parsed as ipaddr.IPv6).parts.slice(0, IPV6_PREFIX_PARTS);
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`;
}
