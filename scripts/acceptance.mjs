// The launcher behind `npm run acceptance:…`.
import { run } from './hand-over.mjs';

await run('acceptance/main.js');
