// What the closings schema should hold, from the journal alone. It shares no code with the projection that it checks.
import type { RecordedEvent } from '../../src/journal/journal.js';
import { type ExpectedRows, row } from './expected-rows.js';

type Relisting = { auctionId: string; revision: number | null; isListed: boolean };

export class ExpectedClosings {
  private readonly due = new Map<string, number>();
  private readonly openings = new Map<string, number>();
  private readonly relistings = new Map<string, Relisting>();

  /** Takes the next event of its stream. */
  take({ streamId, revision, event }: RecordedEvent): void {
    const auctionId = streamId.slice('auction-'.length);
    switch (event.type) {
      case 'AuctionListed':
        this.due.set(auctionId, event.closesAt);
        if (event.opensAt > event.listedAt) this.openings.set(auctionId, event.opensAt);
        if (event.relistOf !== null) this.relisting(auctionId, event.relistOf).isListed = true;
        return;
      case 'AuctionRelisted':
        this.relisting(event.relistedAs, auctionId).revision = revision;
        return;
      case 'ClosingExtended':
        this.due.set(auctionId, event.closesAt);
        return;
      case 'AuctionOpened':
        this.openings.delete(auctionId);
        return;
      case 'AuctionSold':
      case 'AuctionPassed':
      case 'AuctionCancelled':
      case 'AuctionWithdrawn':
        this.due.delete(auctionId);
        this.openings.delete(auctionId);
        return;
    }
  }

  /** Writes down what stands at the end. */
  finish(rows: ExpectedRows): void {
    for (const [auctionId, closesAt] of this.due) rows.add('due', row(auctionId, new Date(closesAt)));
    for (const [auctionId, opensAt] of this.openings) rows.add('openings', row(auctionId, new Date(opensAt)));
    for (const [relistedAs, { auctionId, revision, isListed }] of this.relistings)
      rows.add('relistings', row(relistedAs, auctionId, revision, isListed));
  }

  private relisting(relistedAs: string, auctionId: string): Relisting {
    const known = this.relistings.get(relistedAs) ?? { auctionId, revision: null, isListed: false };
    this.relistings.set(relistedAs, known);
    return known;
  }
}
