// A file of many rows through `gavel ingest`, into a house of its own: rows a second, and the most memory that it took.
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type IngestSummary, ingest } from '../src/batch/ingest/ingest.js';
import { readProfile } from '../src/batch/ingest/profile.js';
import { Quarantine } from '../src/batch/ingest/quarantine.js';
import { loadConfig } from '../src/config.js';
import { withIngestHouse } from '../src/house/ingest.js';
import { silentLog } from '../src/runtime/log.js';
import { PACKAGE_ROOT } from '../src/runtime/package-root.js';
import { SystemRuntime } from '../src/runtime/system.runtime.js';
import { startProgress } from '../src/terminal/progress.js';

export type IngestFigures = Readonly<{
  rows: number;
  seconds: number;
  rowsPerSecond: number;
  /** Of this process: reader, bus, engine, and the projection into Silver. PostgreSQL is another one. */
  peakMiB: number;
  summary: IngestSummary;
}>;

const HEADER =
  'sale,lot_number,title,description,category,currency,low_estimate,high_estimate,status,hammer_price,paddle,held_at';
const OUTCOMES = ['sold', 'sold', 'sold', 'passed', 'withdrawn'];

/** Writes `rows` rows into `directory`, and takes them in. */
export async function measureIngest({
  rows,
  directory,
}: Readonly<{ rows: number; directory: string }>): Promise<IngestFigures> {
  const file = join(directory, 'many.csv');
  await pipeline(Readable.from(linesOf(rows)), createWriteStream(file));
  const path = join(PACKAGE_ROOT, 'config', 'ingest', 'default.json');
  const profile = readProfile(await readFile(path, 'utf8'), path);
  const runtime = new SystemRuntime();
  const config = loadConfig({ GAVEL_DATA: join(directory, 'data') });
  const figures: IngestFigures[] = [];
  await withIngestHouse({ config, runtime, log: silentLog }, async (house) => {
    const progress = startProgress('rows', rows);
    const startedMs = runtime.monotonicMs();
    const { summary } = await ingest(
      {
        name: 'many.csv',
        format: 'csv',
        bytes: createReadStream(file),
        profile,
        corrects: false,
        quarantine: (columns) => new Quarantine(join(directory, 'bad.csv'), columns, ','),
      },
      {
        submit: (envelope) => house.bus.submit(envelope),
        knownUsers: house.knownUsers,
        runtime,
        progress: (done) => progress.at(done),
      },
    ).finally(() => progress.stop());
    const seconds = (runtime.monotonicMs() - startedMs) / 1_000;
    const peakMiB = Math.ceil(process.resourceUsage().maxRSS / 1_024);
    figures.push({ rows, seconds, rowsPerSecond: Math.round(rows / seconds), peakMiB, summary });
  });
  const [measured] = figures;
  if (measured === undefined) throw new Error('nothing was measured');
  return measured;
}

function* linesOf(rows: number): Generator<string> {
  yield `${HEADER}\n`;
  for (let i = 0; i < rows; i++) {
    const outcome = OUTCOMES[i % OUTCOMES.length] ?? 'sold';
    const isSold = outcome === 'sold';
    const day = new Date(Date.UTC(2016, 0, 1 + (i % 3_650))).toISOString().slice(0, 10);
    const price = isSold ? `${100 + (i % 9_973)}.50` : '';
    yield `Sale ${i % 1_000},${i},"Lot ""${i}"", of many","Oil on canvas\nsigned",Paintings,USD,100,${200 + (i % 50)},${outcome},${price},${isSold ? `A-${i % 900}` : ''},${day}\n`;
  }
}
