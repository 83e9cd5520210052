// The roles of a house of several processes (docs/roles.md).
import type { StartRole } from './role.js';

/** What each role is for, and where it is put together; a module is loaded by the process that plays it. */
export const ROLES = {
  api: {
    about: 'take requests over REST and GraphQL, and tell watchers',
    load: async (): Promise<StartRole> => (await import('./api.role.js')).startApiRole,
  },
  engine: {
    about: 'judge the commands of some partitions',
    load: async (): Promise<StartRole> => (await import('./engine.role.js')).startEngineRole,
  },
  projector: {
    about: 'keep the tables that are made from the journal',
    load: async (): Promise<StartRole> => (await import('./projector.role.js')).startProjectorRole,
  },
  relay: {
    about: 'publish the public facts of the journal to Kafka',
    load: async (): Promise<StartRole> => (await import('./relay.role.js')).startRelayRole,
  },
  archiver: {
    about: 'write the journal to Bronze',
    load: async (): Promise<StartRole> => (await import('./archiver.role.js')).startArchiverRole,
  },
  scheduler: {
    about: 'close, open and relist auctions when their time has come, and raise alerts',
    load: async (): Promise<StartRole> => (await import('./scheduler.role.js')).startSchedulerRole,
  },
} as const;

export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[];
