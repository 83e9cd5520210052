// Snapshots in memory, for tests and simulations.
import type { StreamId } from '../domain/messages.js';
import type { Snapshot, SnapshotStore } from './journal.js';

export class MemorySnapshots implements SnapshotStore {
  private readonly kept = new Map<string, Snapshot>();

  async load(streamId: StreamId, schemaVersion: number): Promise<Snapshot | null> {
    return this.kept.get(`${streamId} ${schemaVersion}`) ?? null;
  }

  async save(snapshot: Snapshot): Promise<void> {
    const key = `${snapshot.streamId} ${snapshot.schemaVersion}`;
    const kept = this.kept.get(key);
    if (kept === undefined || kept.revision < snapshot.revision) this.kept.set(key, snapshot);
  }
}
