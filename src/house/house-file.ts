// The house's terms on disk.
import { readFileSync } from 'node:fs';
import type { Config } from '../config.js';
import { bigintAsText } from '../runtime/bigint-text.js';
import { hasCode } from '../runtime/system-error.js';

/** The text of a file, or null where there is none. Throws where it is there and cannot be read. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** The terms in force and where they come from, for the log of the start. */
export const termsForLog = ({
  houseFile,
  api,
}: Pick<Config, 'houseFile'> & Readonly<{ api: Pick<Config['api'], 'house'> }>) => ({
  file: houseFile ?? 'built in',
  house: JSON.parse(JSON.stringify(api.house, bigintAsText)) as unknown,
});
