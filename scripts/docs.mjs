// `npm run -s docs`: builds the site of README and docs/ into site/, or of another --root into another --out. A link that
// leads nowhere fails the build.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite, foreignRequests } from './docs/site.mjs';

const here = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { root: { type: 'string' }, out: { type: 'string' } } });
const root = resolve(values.root ?? here);
const out = resolve(values.out ?? join(here, 'site'));
rmSync(out, { recursive: true, force: true });
const { pages, problems } = buildSite({ root, out });
const wrong = [...problems, ...foreignRequests(out).map((place) => `${place}: somebody else's server`)];
for (const problem of wrong) console.error(problem);
if (wrong.length > 0) {
  console.error(`the site has ${wrong.length} faults`);
  process.exitCode = 1;
} else console.log(`${pages} pages in ${join(out, 'index.html')}`);
