// Verification of the configured house's Bronze, and its signed head on demand.
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { openStore } from '../lake/open-store.js';
import { EVENTS_CHAIN } from '../projections/bronze/manifest.js';
import { lastFinishedPart } from '../projections/bronze/parts.js';
import { type BronzeReport, verifyBronze } from '../projections/bronze/verification.js';
import type { Witness } from '../projections/bronze/witness.js';
import { type BronzeParts, exportOf, MEMORY_LIMIT, scratchOf, witnessesOf } from './bronze.js';

const DAY_MS = 86_400_000;

/** Reads all of Bronze and compares it with manifests, witnesses and journal. */
export async function verifyBronzeOf(
  parts: BronzeParts,
  progress: (part: number, parts: number) => void,
): Promise<BronzeReport> {
  const { config, journal, postgres, runtime } = parts;
  const directory = scratchOf(config);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const store = await openStore(config.lake, runtime);
  const client = new pg.Client(postgres);
  await client.connect();
  try {
    const duck = { threads: parts.threads ?? availableParallelism(), memoryLimit: MEMORY_LIMIT };
    const witnesses = await witnessesOf(config);
    return await verifyBronze({
      store,
      journal,
      exported: exportOf(parts),
      client,
      witnesses,
      directory,
      duck,
      ingressExpiresAfterMs: config.bronze.ingressDays === 0 ? null : config.bronze.ingressDays * DAY_MS,
      now: runtime.now(),
      progress,
    });
  } finally {
    await client.end();
    store.close();
  }
}

/** Signs what the events' head is now, and keeps it with the other witnesses; null while there is no part. */
export async function witnessHead({ config, postgres, runtime }: BronzeParts): Promise<Witness | null> {
  const client = new pg.Client(postgres);
  await client.connect();
  try {
    const newest = await lastFinishedPart(client, EVENTS_CHAIN);
    if (newest?.finished == null) return null;
    const { part, finished } = newest;
    const head = { chain: EVENTS_CHAIN, part, sha256: finished.manifestSha256 };
    return await (await witnessesOf(config)).sign(head, runtime.now());
  } finally {
    await client.end();
  }
}
