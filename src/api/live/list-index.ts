// Which lists an auction may be in, without asking each: a filter waits at the word, category or seller that it asks for.
import type { AuctionRow } from '../../projections/silver/silver.queries.js';
import { type LiveFilter, type Mark, markOf, marksOf } from './live-filter.js';

export class ListIndex<List> {
  private readonly kinds = new Map<Mark['kind'], Map<string, Set<List>>>();

  add(filter: LiveFilter, list: List): void {
    const { kind, key } = markOf(filter);
    const ofKind = this.kinds.get(kind) ?? new Map<string, Set<List>>();
    this.kinds.set(kind, ofKind);
    const lists = ofKind.get(key) ?? new Set<List>();
    ofKind.set(key, lists.add(list));
  }

  remove(filter: LiveFilter, list: List): void {
    const { kind, key } = markOf(filter);
    const ofKind = this.kinds.get(kind);
    const lists = ofKind?.get(key);
    lists?.delete(list);
    if (lists?.size === 0) ofKind?.delete(key);
    if (ofKind?.size === 0) this.kinds.delete(kind);
  }

  /**
   * Every list whose filter may match this auction, each once; also ones that it does not match. An auction's text is
   * searched for words only while a list waits for some.
   */
  *around(auction: AuctionRow): Generator<List> {
    for (const [kind, ofKind] of this.kinds) for (const key of marksOf(auction, kind)) yield* ofKind.get(key) ?? [];
  }
}
