// `npm run -s spark:compare`: fetches pyspark (once, into the user's cache; Java 17 or later has to be there), and runs
// `gavel gold spark` with it.
import { dirname, join } from 'node:path';
import { run } from './hand-over.mjs';
import { launch } from './setup.mjs';
import { install } from './test-tools.mjs';

await launch(async (args) => {
  const python = join(dirname(await install('pyspark')), 'python');
  process.argv.splice(2, process.argv.length, 'gold', 'spark', '--python', python, ...args);
  await run('src/main.js');
});
