import { runCli } from './cli/cli.js';

// The launcher (scripts/gavel.mjs) holds the other end of this channel. When it is gone without having sent a signal,
// it was killed; a server nobody can reach by Ctrl-C any more stops as if it had been asked to.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

await runCli(process.argv);
