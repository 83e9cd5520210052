// Lists the new auction of every passed one that has recorded that it is relisted (docs/adr/0035). The record is the
// decision: what happens here may come late, or twice, or on two nodes at once, and comes to the same.
import type { ListRelistedAuction } from '../domain/auction/auction.commands.js';
import type { AuctionId } from '../domain/ids.js';
import { auctionStream } from '../domain/messages.js';
import { type Journal, type RecordedEvent, type Revision, StreamCorrupt } from '../journal/journal.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands, type HouseCommand } from './errands.js';

/** `revision` is that of the passed auction's own record. */
export type DueRelisting = Readonly<{ auctionId: AuctionId; relistedAs: AuctionId; revision: Revision }>;

/** What the relister asks the closings read model. */
export interface Relistings {
  /** Relistings whose new auction is not listed yet. */
  relistings(limit: number): Promise<readonly DueRelisting[]>;
}

/** The relister; `batchMax` listings are sent at once. Terms hold a secret, so they are read from the journal alone. */
export const relisterOf = (
  relistings: Relistings,
  journal: Pick<Journal, 'readStream'>,
  parts: ErrandParts,
  batchMax: number,
): Errands<DueRelisting> =>
  new Errands<DueRelisting>(
    {
      name: 'a relisting',
      due: () => relistings.relistings(batchMax),
      subject: ({ relistedAs }) => relistedAs,
      command: (due) => listingOf(due, journal),
    },
    parts,
  );

async function listingOf(
  { auctionId, revision }: DueRelisting,
  journal: Pick<Journal, 'readStream'>,
): Promise<HouseCommand> {
  const passed = await eventAt(journal, auctionId, 0);
  const relisted = await eventAt(journal, auctionId, revision);
  if (passed.event.type !== 'AuctionListed' || relisted.event.type !== 'AuctionRelisted')
    throw new StreamCorrupt(relisted.streamId, revision, 'this is no relisting of a listed auction');
  const { sellerId, item } = passed.event;
  const { relistedAs, terms, opensAt, closesAt, relistings, relistedAt } = relisted.event;
  const command: ListRelistedAuction = {
    type: 'ListRelistedAuction',
    auctionId: relistedAs,
    relistOf: auctionId,
    relistings,
    sellerId,
    item,
    terms,
    opensAt,
    closesAt,
  };
  return { command, commandId: houseCommandId('relisting', relistedAs, relistedAt) };
}

async function eventAt(
  journal: Pick<Journal, 'readStream'>,
  auctionId: AuctionId,
  revision: Revision,
): Promise<RecordedEvent> {
  const streamId = auctionStream(auctionId);
  const [entry] = await journal.readStream(streamId, revision, 1);
  if (entry === undefined) throw new StreamCorrupt(streamId, revision, 'there is no such revision');
  if (entry.kind !== 'event') throw new StreamCorrupt(streamId, revision, entry.problem);
  return entry;
}
