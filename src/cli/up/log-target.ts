// Where `gavel up` logs. In production to stderr, where whatever runs it collects lines. In development the terminal
// belongs to a person: lines go to a file of the data directory, and warnings are shown as well once the house is open
// (a start that fails is told in one sentence).
import { createWriteStream, existsSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.js';
import { printable } from '../../domain/text.js';
import type { LogTarget } from '../../observability/pino.log.js';

/** stderr, which is often a terminal. JSON leaves C1 controls and marks of direction as they are; here they are escaped. */
export const terminalLog: LogTarget = { write: (line) => void process.stderr.write(printable(line)) };

/** pino's number for warnings; errors are above it. */
const WARN = 40;

/** The target of this configuration. The file is opened at the first line; the one of the run before is kept as `.1`. */
export function logTargetOf(
  { environment, dataDirectory }: Pick<Config, 'environment' | 'dataDirectory'>,
  isOpen: () => boolean,
): LogTarget {
  if (environment === 'production') return terminalLog;
  let file: WriteStream | null = null;
  return {
    write: (line) => {
      file ??= openFile(logFileIn(dataDirectory));
      file.write(line);
      if (Number(/"level":(\d+)/.exec(line)?.[1]) >= WARN && isOpen()) terminalLog.write(line);
    },
  };
}

/** Where a development house logs. */
export const logFileIn = (dataDirectory: string): string => join(dataDirectory, 'gavel.log');

function openFile(path: string): WriteStream {
  if (existsSync(path)) renameSync(path, `${path}.1`);
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not end a house that still answers; its own errors will say so.
  file.on('error', (error) => process.stderr.write(`gavel: the log cannot be written: ${error.message}\n`));
  return file;
}
