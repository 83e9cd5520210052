// The newest revision that went by of each auction lately, watched or not: a state loaded from Silver must not be older.

export class SeenRevisions {
  // Two generations: when the young one is full it becomes the old one, and what has not been seen since is forgotten.
  private young = new Map<string, number>();
  private old = new Map<string, number>();

  constructor(private readonly auctionsMax: number) {}

  note(auctionId: string, revision: number): void {
    this.young.set(auctionId, revision);
    if (this.young.size < this.auctionsMax) return;
    this.old = this.young;
    this.young = new Map();
  }

  /** -1 for an auction that has not been seen. */
  of(auctionId: string): number {
    return this.young.get(auctionId) ?? this.old.get(auctionId) ?? -1;
  }
}
