// Where the package lies, from wherever a module of it runs: src/ in tests, dist/src/ in a build.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest directory above this module that has a package.json: sql/, config/ and kafka/ lie there. */
export const PACKAGE_ROOT = ancestorWithManifest(import.meta.dirname);

function ancestorWithManifest(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory) throw new Error(`no package.json in any directory above ${import.meta.dirname}`);
  return ancestorWithManifest(parent);
}
