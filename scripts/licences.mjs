// `npm run -s licences`: which licence each package that a house runs with has, out of package-lock.json; exit code 1 where one is
// not on the list. `--all` tells of the packages of development as well.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that ask for no more than to be named, and Python's, MPL's and CC-BY's own terms, which reach no further than their files. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Bitstream-Vera',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  // Of libvips, which sharp loads as a library of its own: it may be replaced by another build.
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
];

/** What packages name that point at a file instead. */
const IN_A_FILE = { 'dejavu-fonts-ttf': 'Bitstream-Vera', 'png-js': 'MIT' };

/** Whether a licence may be used: of a choice one has to be allowed, of a sum all. */
function isAllowed(licence) {
  const text = licence.replace(/^\((.*)\)$/, '$1');
  if (text.includes(' OR ')) return text.split(' OR ').some((one) => isAllowed(one.trim()));
  return text.split(' AND ').every((one) => ALLOWED.includes(one.trim()));
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'));
const withDevelopment = process.argv.includes('--all');
const packages = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path !== '' && (withDevelopment || dev !== true))
  .map(([path, { version, license }]) => ({
    name: path.split('node_modules/').at(-1),
    version,
    licence: IN_A_FILE[path.split('node_modules/').at(-1)] ?? license ?? 'none named',
  }));
const byLicence = Map.groupBy(packages, ({ licence }) => licence);

for (const [licence, all] of [...byLicence].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`${licence}${isAllowed(licence) ? '' : ' (NOT ALLOWED)'}: ${all.length}`);
  console.log(`  ${[...new Set(all.map(({ name, version }) => `${name}@${version}`))].sort().join(', ')}`);
}
const refused = packages.filter(({ licence }) => !isAllowed(licence));
console.log(`${packages.length} packages, ${byLicence.size} licences, ${refused.length} not allowed`);
process.exitCode = refused.length === 0 ? 0 : 1;
