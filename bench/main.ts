// `npm run bench…`: the benchmarks, a program beside `gavel`.
import { runProgram } from '../src/cli/run-program.js';
import { benchProgram } from './bench.command.js';

await runProgram(benchProgram(), process.argv);
