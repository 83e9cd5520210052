// An erasure list that a test can look into.
import type { UserId } from '../../src/domain/ids.js';
import type { ErasureList } from '../../src/personal-data/erasure-list.js';

export class MemoryErasureList implements ErasureList {
  private readonly erased = new Set<UserId>();

  async add(userId: UserId): Promise<void> {
    this.erased.add(userId);
  }

  async all(): Promise<readonly UserId[]> {
    return [...this.erased];
  }
}
