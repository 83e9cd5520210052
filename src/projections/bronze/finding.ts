// What a verification of Bronze needs, and what it finds.
import type { ClientBase } from 'pg';
import type { Journal } from '../../journal/journal.js';
import type { JournalExport } from '../../journal/journal-export.js';
import type { DuckSettings } from '../../lake/duck.js';
import { describeStored } from '../../lake/hashing.js';
import { ObjectMissing, type ObjectStore } from '../../lake/object-store.js';
import type { PartFile } from './manifest.js';
import type { Witnesses } from './witness.js';

export type BronzeFinding = Readonly<{
  /** `differs`: the rows are not those of the journal. `rewritten`: a manifest is not the one that was written. */
  kind: 'missing' | 'changed' | 'extra' | 'rewritten' | 'differs' | 'forged';
  /** Of the object. */
  key: string;
  problem: string;
}>;

export type VerificationParts = Readonly<{
  store: ObjectStore;
  journal: Pick<Journal, 'parsePosition'>;
  exported: JournalExport;
  client: ClientBase;
  witnesses: Witnesses;
  directory: string;
  duck: Omit<DuckSettings, 'tempDirectory'>;
  /** Files of raw messages may be gone so long after their cut; null: never. */
  ingressExpiresAfterMs: number | null;
  now: number;
  progress?: (part: number, parts: number) => void;
}>;

/** What is wrong with a file that a manifest names; null for nothing. */
export async function fileProblem(
  store: Pick<ObjectStore, 'read'>,
  { key, bytes, sha256 }: Pick<PartFile, 'key' | 'bytes' | 'sha256'>,
): Promise<Readonly<{ kind: 'changed' | 'missing'; problem: string }> | null> {
  try {
    const there = await describeStored(store, key);
    if (there.sha256 === sha256) return null;
    const problem = `it has ${there.bytes} bytes with SHA-256 ${there.sha256}, its manifest says ${bytes} with ${sha256}`;
    return { kind: 'changed', problem };
  } catch (error) {
    if (error instanceof ObjectMissing) return { kind: 'missing', problem: 'its manifest names it' };
    throw error;
  }
}
