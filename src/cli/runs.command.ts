// `gavel runs`: what the house did by the clock, and what became of it.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { RUN_KINDS, type RunKind } from '../domain/house/run.events.js';
import { isoTime } from '../domain/time.js';
import { listRuns } from '../house/run-list.js';
import type { WithStores } from '../house/stores.js';

export type RunsCommandParts = Readonly<{ withStores: WithStores; print: (line: string) => void }>;

type Options = Readonly<{ kind?: RunKind; limit: number; json?: boolean }>;
type RunRow = Awaited<ReturnType<typeof listRuns>>[number];

const SHOWN = 20;

/** Adds `gavel runs [--kind K] [--limit N] [--json]`. */
export function registerRuns(program: Command, { withStores, print }: RunsCommandParts): void {
  program
    .command('runs')
    .description('what the house did by the clock, the latest first (docs/schedule.md)')
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(RUN_KINDS))
    .option('--limit <n>', 'so many runs', countOf, SHOWN)
    .option('--json', 'one JSON object a line')
    .action(({ kind, limit, json }: Options) =>
      withStores(async ({ database }) => {
        const rows = await listRuns(database, { kind: kind ?? null, limit });
        for (const row of rows) print(json === true ? JSON.stringify(shown(row)) : words(row));
        if (rows.length === 0 && json !== true) print('no runs yet');
      }),
    );
}

const shown = ({ coversFrom, coversTo, startedAt, endedAt, ...row }: RunRow) => ({
  ...row,
  coversFrom: isoTime(coversFrom),
  coversTo: isoTime(coversTo),
  startedAt: isoTime(startedAt),
  endedAt: endedAt === null ? null : isoTime(endedAt),
});

function words(row: RunRow): string {
  const { kind, state, problem, counts } = row;
  const { coversFrom, coversTo, startedAt } = shown(row);
  const tookMs = row.endedAt === null ? null : row.endedAt - row.startedAt;
  const took = tookMs === null ? '' : ` in ${(tookMs / 1_000).toFixed(1)} s`;
  const told = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  return [
    `${startedAt} ${kind} ${state}${took}, for ${coversFrom} to ${coversTo}`,
    ...(problem === null ? [] : [`  ${problem}`]),
    ...(told.length === 0 ? [] : [`  ${told.join(', ')}`]),
  ].join('\n');
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}
