// What the acceptance commands leave behind: a CSV file, and one JSON object as the last line of stdout.
import { access, constants, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { OperatorError } from '../src/runtime/operator-error.js';

/** Refuses a place for results that cannot be written to, before hours of work are done for it. */
export async function refuseUnwritable(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const directory = dirname(file);
  try {
    await access(directory, constants.W_OK);
  } catch (cause) {
    throw new OperatorError(`${file} cannot be written: ${directory} is no directory that may be written to`, {
      cause,
    });
  }
}

/** Writes a CSV file with a header, whole or not at all. */
export async function writeCsv(file: string, columns: readonly string[], rows: readonly string[][]): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, stringify([[...columns], ...rows]));
  await rename(unfinished, file);
}

/** Prints the result. Nothing may be printed on stdout after it. */
export function printResult(result: Readonly<Record<string, number>>): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
