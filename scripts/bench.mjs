// The launcher behind `npm run bench…`.
import { run } from './hand-over.mjs';

await run('bench/main.js');
