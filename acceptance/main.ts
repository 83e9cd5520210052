// `npm run acceptance:…`: recorded auctions, a program beside `gavel`.
import { runProgram } from '../src/cli/run-program.js';
import { acceptanceProgram } from './acceptance.command.js';

await runProgram(acceptanceProgram(), process.argv);
