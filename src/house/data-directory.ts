// The data directory, taken for this process, with a sentence for whoever named one that cannot be had.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { acquireDataDirectory, type DataDirectory } from '../embedded/data-directory.js';
import { EmbeddedError } from '../embedded/embedded-error.js';
import { OperatorError } from '../runtime/operator-error.js';
import { hasCode } from '../runtime/system-error.js';

/** Takes `directory` until `release`, made if need be. Refuses one that is in use (an EmbeddedError) or unusable. */
export async function takeDataDirectory(directory: string): Promise<DataDirectory> {
  try {
    makeAncestors(dirname(directory));
    makeIfMissing(directory, 0o700);
    accessSync(directory, constants.W_OK);
    return await acquireDataDirectory(directory);
  } catch (cause) {
    if (cause instanceof EmbeddedError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`the data directory ${directory} (GAVEL_DATA) cannot be used: ${why}`, { cause });
  }
}

/** One level at a time: Node's recursive mkdir does not end in a directory that takes none, such as /proc (Node 24.21). */
function makeAncestors(directory: string): void {
  if (dirname(directory) === directory) return;
  makeAncestors(dirname(directory));
  makeIfMissing(directory, 0o777);
}

function makeIfMissing(directory: string, mode: number): void {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    // What else is there under this name, a file say, is found by whoever goes on from here.
    if (!hasCode(error, 'EEXIST', 'EROFS')) throw error;
  }
}
