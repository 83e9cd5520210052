// `gavel tables`: what analysts find in Silver and Gold, as Markdown with a picture.
import type { Command } from 'commander';
import type { WithStores } from '../house/stores.js';
import { readTables, tablesPage, writeTablesPage } from '../house/tables-page.js';

export type TablesCommandParts = Readonly<{ withStores: WithStores; print: (line: string) => void }>;

/** Adds `gavel tables`. */
export function registerTables(program: Command, { withStores, print }: TablesCommandParts): void {
  program
    .command('tables')
    .description('print the tables of Silver and Gold and what their columns mean, as Markdown (docs/data.md)')
    .option('--write <file>', 'put it into this file, behind the line that says so')
    .action(({ write }: { write?: string }) =>
      withStores(async ({ database }) => {
        const page = tablesPage(await readTables(database));
        if (write !== undefined) return writeTablesPage(write, page);
        for (const line of page.trimEnd().split('\n')) print(line);
      }),
    );
}
