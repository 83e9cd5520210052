// An analyst's way in: the psql line that `gavel up` prints, pasted into another shell, and again after a restart.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { describeWithPsql } from '../support/requires.js';
import { GavelProcess, plainEnvironment, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Several starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(180_000);

let scratch: Scratch;
let settings: Readonly<Record<string, string>>;
let gavel: GavelProcess | null;
beforeEach(() => {
  // A space and a quote: whatever the path, the line can be pasted.
  scratch = scratchDirectory("analyst's way");
  settings = { GAVEL_DATA: join(scratch.path, 'data'), GAVEL_HTTP_PORT: '0' };
  gavel = null;
});
afterEach(async () => {
  await stop();
  scratch.remove();
});

async function stop(): Promise<void> {
  gavel?.child.kill('SIGINT');
  await gavel?.end();
  gavel = null;
}

/** Starts a house and resolves to the line that it prints for analysts. */
async function printedLine(): Promise<string> {
  gavel = GavelProcess.start(['up'], settings);
  await gavel.printed('Ctrl-C drains and stops.');
  const line = gavel.stdout.split('\n').find((text) => text.startsWith('psql '));
  if (line === undefined) throw new Error(`no psql line in ${gavel.stdout}`);
  return line;
}

/** What psql answers, by a shell that knows of no setting. */
async function pasted(line: string, sql: string): Promise<string> {
  const command = `${line} -X -A -t -v ON_ERROR_STOP=1 -c "${sql}"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: plainEnvironment() });
  return stdout.trim();
}

describeWithPsql('the line for analysts', () => {
  it('works when pasted, reads Silver and Gold, and is the same after a restart', async () => {
    const line = await printedLine();
    expect(await pasted(line, 'SELECT current_user, count(*) FROM auctions')).toBe('gavel_reader|0');
    expect(await pasted(line, 'SELECT count(*) FROM daily_revenue')).toBe('0');
    expect(await pasted(line, '\\d+ purchases')).toContain('hammer_price + buyers_premium + tax, in minor units.');
    await stop();
    expect(await printedLine()).toBe(line);
    expect(await pasted(line, 'SELECT count(*) FROM bids')).toBe('0');
  });

  it('keeps analysts from everything else', async () => {
    const line = await printedLine();
    const statements = [
      'SELECT * FROM silver_private.bids',
      'SELECT * FROM journal.events',
      'BEGIN READ WRITE; CREATE TABLE silver.mine (a int)',
      'SET ROLE gavel',
      "COPY (SELECT 1) TO PROGRAM 'true'",
    ];
    for (const statement of statements)
      await expect(pasted(line, statement)).rejects.toThrow(/permission denied|must be|pg_execute_server_program/);
  });
});

it('prints the tables of a house as Markdown', async () => {
  await printedLine();
  const { code, stdout } = await runGavel(['tables'], settings);
  expect(code).toBe(0);
  expect(stdout).toContain('  bids }o--o| users : bidder_id\n');
});
