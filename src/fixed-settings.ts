// What an operator has not to decide: each value with its reason. A value that is a part's own stands with the part
// (`ENGINE_DEFAULTS`, `CONSUMER_DEFAULTS`); here is what several parts share, and the limits of what clients may take.
import type { ApiSettings } from './api/api.settings.js';

/** Commands a partition holds; more are answered 503 at once. Two seconds of work at a modest rate: a longer queue only ages. */
export const QUEUE_MAX = 20_000;

/** Commands judged and committed at once. More gains nothing: the commit is spread over so many already (ADR 43). */
const BATCH_MAX = 2_000;
/** Of bids with all that is kept beside them, so many fit an append: the server takes a mebibyte by default. */
const EVENTSTOREDB_BATCH_MAX = 1_000;

/** The largest batch that a journal in this store takes well. */
export const batchMaxOf = (store: 'postgres' | 'eventstoredb'): number =>
  store === 'eventstoredb' ? EVENTSTOREDB_BATCH_MAX : BATCH_MAX;

/** What a request may be, and how long it may take to arrive. The longest legal body, a listing, is below 32 KiB. */
export const REQUEST_LIMITS = { bodyBytesMax: 65_536, requestTimeoutMs: 30_000 } as const;

/** What clients may make a process hold (ADR 47). An address may be a whole office, so it has many times a connection's share. */
export const FLIGHT_LIMITS: ApiSettings['flight'] = {
  perConnectionMax: 64,
  perClientMax: 1_000,
  unsentPerConnectionMax: 1_048_576,
  unsentPerClientMax: 16_777_216,
  unsentMax: 134_217_728,
  unreadMaxMs: 30_000,
};

/** The same for sockets; how many there may be is for the operator to say. */
export const SOCKET_LIMITS: Omit<ApiSettings['sockets'], 'socketsMax' | 'perAddressMax'> = {
  subscriptionsPerSocketMax: 100,
  bufferBytesMax: 131_072,
  heldPerSocketMax: 4_194_304,
  heldPerAddressMax: 67_108_864,
  heldMax: 268_435_456,
  stalledMaxMs: 30_000,
};

/** Verified tokens remembered, about 1 KB each, so that a signature is checked every five minutes only. */
export const TOKEN_CACHE_MAX = 100_000;

/** Forty pictures a second are as many as an eye takes in. Auctions of whole lists leave memory first; the bytes bound them all. */
export const LIVE = { tickMs: 25, auctionsMax: 10_000, bytesMax: 134_217_728 } as const;

/** The closer asks an index for a handful of rows; a close missed by less than ten seconds is what a restart looks like. */
export const CLOSER = { pollMs: 200, batchMax: 500, outageMinMs: 10_000 } as const;

export const KAFKA = {
  /** The least that brokers allow unless told otherwise (`group.min.session.timeout.ms`): an engine that died is replaced soon. */
  sessionTimeoutMs: 6_000,
  /** Above a broker's own hiccups, below what people notice as an outage. */
  stallMs: 15_000,
  /** As much as a request over HTTP. Larger commands go to the dead letters. */
  messageBytesMax: 65_536,
  /** A few thousand commands. */
  fetchBytesMax: 2_097_152,
} as const;

/** Silver is behind by milliseconds; one that catches up after a stop, by seconds. A run of Gold that waits longer fails. */
export const GOLD_SILVER_WITHIN_MS = 60_000;
