// An engine: judges the commands of the partitions that the group gives it, and hands them over when it is told to stop.
import type { Readiness } from '../../api/api.deps.js';
import { startEngine } from '../../engine/engine.js';
import { PostgresSnapshots } from '../../journal/postgres/postgres.snapshots.js';
import type { KafkaCommandBus } from '../../kafka/commands/kafka.command-bus.js';
import { openKafkaBus } from '../kafka-bus.js';
import { readinessOfJournal } from '../readiness.js';
import { tracedBus, tracedJournal } from '../traces.js';
import { openRoleStores, type StartRole } from './role.js';

export const startEngineRole: StartRole = async (parts, undo) => {
  const { config, runtime, log, metrics, traces } = parts;
  const { journal, pool } = await openRoleStores(parts, undo);
  const bus = await openKafkaBus({ ...parts, submits: false });
  undo.push(() => bus.drain());
  const snapshots = new PostgresSnapshots(pool);
  const judging = { bus: tracedBus(bus, traces), journal: tracedJournal(journal, traces), snapshots };
  const engine = await startEngine({ ...judging, runtime, metrics, log, settings: config.engine });
  undo.push(() => engine.drain());
  return {
    url: null,
    ready: async () => ({ journal: await readinessOfJournal(journal, runtime), commands: readinessOfIntake(bus) }),
  };
};

/** An engine without partitions is ready: there are more engines than partitions, and it waits to step in. */
function readinessOfIntake(bus: KafkaCommandBus): Readiness {
  const status = bus.intakeStatus();
  if (status === null) return { ready: false, detail: 'not started' };
  const { state, partitions, restarts } = status;
  return {
    ready: state === 'running',
    detail: `${state}, partitions ${partitions.join(' ') || 'none'}, ${restarts} restarts`,
  };
}
