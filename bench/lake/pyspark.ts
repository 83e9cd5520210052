// The Python that `npm run test:tools` has put pyspark into.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../src/runtime/package-root.js';

/** Null where it is not installed. */
export function pythonWithSpark(): string | null {
  const versions = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'scripts', 'test-tools.json'), 'utf8'));
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const python = join(cache, 'gavel', `pyspark-${versions.pyspark}`, 'bin', 'python');
  return existsSync(python) ? python : null;
}
