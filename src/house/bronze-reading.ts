// The configured house's journal, read from its archive.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../journal/journal.js';
import { clearAbandoned, ownPrefix } from '../lake/abandoned.js';
import { openStore } from '../lake/open-store.js';
import { withBronzeReading } from '../rebuild/bronze-reading.js';
import type { Runtime } from '../runtime/runtime.js';
import { type BronzeConfig, MEMORY_LIMIT, scratchOf } from './bronze.js';

/** Runs `work` with the journal as Bronze has it, and as the journal has it behind that. See `withBronzeReading`. */
export async function readingBronze<T>(
  { config, journal, runtime }: Readonly<{ config: BronzeConfig; journal: Journal; runtime: Runtime }>,
  work: (journal: Journal, broken: AbortSignal) => Promise<T>,
): Promise<T> {
  const directory = scratchOf(config);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await clearAbandoned(directory, ['reading']);
  const scratch = await mkdtemp(join(directory, ownPrefix('reading')));
  const store = await openStore(config.lake, runtime);
  try {
    const duck = { threads: 1, memoryLimit: MEMORY_LIMIT, tempDirectory: scratch };
    return await withBronzeReading({ store, journal, scratch, duck }, work);
  } finally {
    store.close();
    await rm(scratch, { recursive: true, force: true });
  }
}
