// `npm run -s scale`: what 10 k, 100 k and 1 M bids a second need, from measured costs. It measures nothing itself.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/runtime/package-root.js';
import { withBlocks } from '../report/tables.js';
import { parseCosts } from './costs-file.js';
import { firstToBreak, scaleBlocks } from './tables.js';

export const COSTS_FILE = 'docs/costs.json';
export const SCALE_PAGE = 'docs/scale.md';

/** Prints the tables, or writes them into the page. */
export async function scale(
  options: Readonly<{ costs: string; write: boolean; print: (line: string) => void }>,
): Promise<void> {
  const costs = parseCosts(await readFile(options.costs, 'utf8'));
  const blocks = scaleBlocks(costs);
  if (options.write) {
    const page = join(PACKAGE_ROOT, SCALE_PAGE);
    await writeFile(page, withBlocks(await readFile(page, 'utf8'), blocks));
    return;
  }
  for (const block of blocks.values()) options.print(`${block}\n`);
  options.print(`What a shard has one of stops, in bids a second: ${firstToBreak(costs).join('; ')}.`);
}
