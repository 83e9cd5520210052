// The books of a demo: a night's run within minutes, so that Gold and its charts have something to show before the first night.
import type { Config } from '../config.js';
import type { DemoPace } from '../generator/demo.js';
import { drawHallFile } from '../generator/hall-file.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { withLake } from './ingest.js';
import type { Up } from './up.js';

/** After the start, and then again and again, in ms. */
const FIRST_MS = [60_000, 90_000, 120_000] as const;
const EVERY_MS = 900_000;
const LANDED = 'landing/demo-spring-sale.csv';
const SEED = 'gavel demo';

export type DemoSurroundings = Readonly<{
  config: Config;
  runtime: Runtime;
  log: Log;
  /** As slow as a person can follow unless given. */
  pace?: DemoPace;
  /** When the books are kept first, in ms from one time to the next. */
  booksMs?: readonly number[];
}>;

export type DemoBooks = Readonly<{ stop(): Promise<void> }>;

/** Keeps them until it is stopped. A run that fails is logged, and made good by the next. */
export function keepDemoBooks(
  { keepBooks }: Pick<Up, 'keepBooks'>,
  { config, runtime, log, booksMs = FIRST_MS }: DemoSurroundings,
): DemoBooks {
  const stopped = new AbortController();
  const { signal } = stopped;
  const keep = async (): Promise<void> => {
    await withLake(config, runtime, async (lake) => {
      await lake.put(LANDED, Buffer.from(drawHallFile(SEED, runtime.now())), { ifAbsent: true });
    });
    for (let i = 0; ; i++) {
      await runtime.sleep(booksMs[i] ?? EVERY_MS, signal);
      if (signal.aborted) return;
      await keepBooks(signal).catch((error: unknown) => {
        if (!signal.aborted) log.info({ error: String(error) }, 'the books of the demo were not kept this time');
      });
    }
  };
  const kept = keep().catch((error: unknown) => log.warn({ error: String(error) }, 'the demo has no books'));
  return {
    stop: async () => {
      stopped.abort();
      await kept;
    },
  };
}
