// The commands of `gavel`.
import { Command } from 'commander';
import { type Config, loadConfig } from '../config.js';
import type { UserId } from '../domain/ids.js';
import { printable } from '../domain/text.js';
import { auctionsBetween } from '../house/auctions-named.js';
import { deadLettersOf } from '../house/dead-letters.js';
import { readIfThere } from '../house/house-file.js';
import { erasureListOf, keyStoreOf } from '../house/personal.js';
import { erasePhotos } from '../house/photos.js';
import { type WithStores, withStoresOf } from '../house/stores.js';
import { REPLAYABLE } from '../house/workings.js';
import { pinoLog } from '../observability/pino.log.js';
import { PrometheusMetrics } from '../observability/prometheus.metrics.js';
import { SystemRuntime } from '../runtime/system.runtime.js';
import { say } from '../terminal/progress.js';
import { registerAlerts } from './alerts.command.js';
import { registerAudit } from './audit.command.js';
import { registerBackup } from './backup.command.js';
import { registerBronze } from './bronze.command.js';
import { registerCluster } from './cluster.command.js';
import { registerDlq } from './dlq.command.js';
import { registerErasures } from './erasures.command.js';
import { registerFraud } from './fraud.command.js';
import { registerGenerate } from './generate/generate.command.js';
import { registerGold } from './gold.command.js';
import { registerHistory } from './history/history.command.js';
import { registerIngest } from './ingest.command.js';
import { registerKafka } from './kafka.command.js';
import { registerKeys } from './keys.command.js';
import { registerLake } from './lake.command.js';
import { registerMetabase } from './metabase.command.js';
import { registerPeople } from './people.command.js';
import { registerRebuild } from './rebuild.command.js';
import { registerRestore } from './restore.command.js';
import { registerRoles } from './roles.command.js';
import { runProgram } from './run-program.js';
import { registerRuns } from './runs.command.js';
import { registerSale } from './sale.command.js';
import { registerTables } from './tables.command.js';
import { registerToken } from './token.command.js';
import { registerTopics } from './topics.command.js';
import { logTargetOf, terminalLog } from './up/log-target.js';
import { registerUp } from './up/up.command.js';
import { registerVerify } from './verify.command.js';
import { registerVoid } from './void.command.js';
import { registerWatch } from './watch/watch.command.js';

/** Runs one command; `argv` as in process.argv. It resolves also when the command fails, with the exit code set. */
export const runCli = (argv: readonly string[]): Promise<void> => runProgram(programOf(), argv);

function programOf(): Command {
  const program = new Command('gavel')
    .description('An auction house whose every accepted bid is a fact kept for ever.')
    .addHelpText(
      'after',
      '\nSettings are environment variables (docs/settings.md). Data lives in GAVEL_DATA, .gavel by default.',
    );
  const runtime = new SystemRuntime();
  const config = (): Config => loadConfig(process.env, readIfThere);
  const now = () => runtime.now();
  const withStores = sayingWhose(config, withStoresOf(config, runtime));
  const observe = (settings: Config, isOpen: () => boolean) => ({
    log: pinoLog(settings.logLevel, logTargetOf(settings, isOpen)),
    metrics: new PrometheusMetrics(),
  });
  // Several roles on one machine share a data directory: each logs to where whoever runs it collects lines.
  const observeRole = (settings: Config) => ({
    log: pinoLog(settings.logLevel, terminalLog),
    metrics: new PrometheusMetrics(),
  });
  registerUp(program, { config, runtime, observe, print });
  registerRoles(program, { config, runtime, observe: observeRole, print });
  registerCluster(program, { config, runtime, print });
  registerKafka(program, { config, print });
  registerTopics(program, { config, runtime, print, fail });
  registerToken(program, { config, now, print });
  registerVoid(program, { config, now, print });
  registerSale(program, { config, runtime, print, fail });
  registerHistory(program, { withStores, auctionsIn: auctionsBetween, keys: () => keyStoreOf(config()), now, print });
  registerVerify(program, { withStores, runtime, now, print, fail });
  const deadLetters = () => deadLettersOf(config(), runtime);
  registerDlq(program, { withStores, projections: REPLAYABLE, runtime, deadLetters, print, fail });
  registerWatch(program, { config, runtime, print });
  registerIngest(program, { config, runtime, print, fail });
  registerGenerate(program, { config, runtime, print, fail });
  const [keys, list] = [() => keyStoreOf(config()), () => erasureListOf(config())];
  registerKeys(program, { withStores, config, runtime, print });
  registerPeople(program, { withStores, config, runtime, print });
  const forgetPhotos = (userIds: readonly UserId[]): Promise<void> =>
    erasePhotos({ config: config(), runtime }, userIds);
  registerErasures(program, { withStores, keys, list, forgetPhotos, runtime, print });
  registerBronze(program, { withStores, config, runtime, print, fail });
  registerGold(program, { withStores, config, runtime, print, fail });
  registerBackup(program, { config, runtime, print, fail });
  registerRestore(program, { config, runtime, print });
  registerRuns(program, { withStores, print });
  registerAlerts(program, { withStores, runtime, print });
  registerAudit(program, { withStores, print });
  registerFraud(program, { withStores, print });
  registerLake(program, { config, print });
  registerTables(program, { withStores, print });
  registerMetabase(program, { config, runtime, print });
  registerRebuild(program, { withStores, config, runtime, print, fail });
  return program;
}

/** Whoever has several houses sees which one a command speaks of. */
function sayingWhose(config: () => Config, withStores: WithStores): WithStores {
  const shown = ({ dataDirectory, postgres: { url } }: Config): string =>
    url === null ? `the house of ${dataDirectory}` : `the house in PostgreSQL at ${url.host}${url.pathname}`;
  return (work, options) =>
    withStores((stores) => {
      say(shown(config()));
      return work(stores);
    }, options);
}

/** For commands that run to their end and have bad news. */
function fail(): void {
  process.exitCode = 1;
}

/** Whatever people entered, and whoever reads it: no line of ours steers a terminal. */
function print(line: string): void {
  process.stdout.write(`${printable(line)}\n`);
}
