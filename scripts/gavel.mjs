#!/usr/bin/env node
// The launcher behind `npm start` and the `gavel` command.
import { run } from './hand-over.mjs';

await run('src/main.js');
