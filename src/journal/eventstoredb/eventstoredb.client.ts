// The client of EventStoreDB, as this journal uses it: which of its roads are taken, and what its errors mean.
import { EventStoreDBClient, isCommandError } from '@eventstore/db-client';

/** A server as its connection string names it: `esdb://…` or `esdb+discover://…`. */
export type EventStoreAddress = Readonly<{
  url: string;
  /** A file of certificates (PEM) that the server's own is checked against; null for those that Node trusts. */
  caFile: string | null;
}>;

/**
 * A client that opens its connection when it is first used. Throws on a connection string or a certificate file that
 * cannot be used; what it throws may quote the string, so its message is not for logs.
 *
 * Appends go by one call each. The client's other road, one stream of batches, keeps what is pending in a table of the
 * whole process: the first error on any connection rejects every append of every client, and an answer that comes after
 * that is an uncaught exception (docs/adr/0024-eventstoredb-journal.md).
 */
export function openClient({ url, caFile }: EventStoreAddress): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url + caOption(url, caFile));
  client['supports'] = async () => false;
  return client;
}

function caOption(url: string, caFile: string | null): string {
  if (caFile === null) return '';
  return `${url.includes('?') ? '&' : '?'}tlsCAFile=${encodeURIComponent(caFile)}`;
}

/** Ends what is under way and closes the connection. */
export async function closeClient(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  const channel = await client['getChannel']();
  channel.close();
}

/** What a repetition will not change: everything else may be the network, a restart or another leader. */
const FINAL: ReadonlySet<string> = new Set([
  'access-denied',
  'invalid-argument',
  'maximum-append-size-exceeded',
  'missing-required-metadata-property',
  'stream-deleted',
  'stream-not-found',
  'unsupported',
  'wrong-expected-version',
]);

/** Whether the same call may succeed a moment later. */
export const isPassing = (error: unknown): boolean => !FINAL.has(typeOf(error) ?? '');

export const isStreamNotFound = (error: unknown): boolean => typeOf(error) === 'stream-not-found';

export const isAccessDenied = (error: unknown): boolean => typeOf(error) === 'access-denied';

const typeOf = (error: unknown): string | null => (error instanceof Error && isCommandError(error) ? error.type : null);
