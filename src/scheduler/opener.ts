// Announces the openings of auctions that were listed for later, so that watchers are told (docs/adr/0036).
import type { AuctionId } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

export type DueOpening = Readonly<{ auctionId: AuctionId; opensAt: Instant }>;

/** What the opener asks the closings read model. */
export interface Openings {
  /** Auctions whose opening is at or before `before` and not announced yet, the earliest first. */
  openings(before: Instant, limit: number): Promise<readonly DueOpening[]>;
}

/** The opener; `batchMax` announcements are sent at once. */
export const openerOf = (openings: Openings, parts: ErrandParts, batchMax: number): Errands<DueOpening> =>
  new Errands<DueOpening>(
    {
      name: 'an opening',
      due: () => openings.openings(parts.runtime.now(), batchMax),
      subject: ({ auctionId }) => auctionId,
      command: ({ auctionId, opensAt }) => ({
        command: { type: 'AnnounceOpening', auctionId, opensAt },
        commandId: houseCommandId('opening', auctionId, opensAt),
      }),
    },
    parts,
  );
