// What our server is told beyond PostgreSQL's defaults. Passed on the command line at every start, so that a cluster made
// by an older Gavel runs with the settings of this one.
import { totalmem } from 'node:os';

export type ServerSettings = Readonly<Record<string, string | number>>;

const mebibyte = 1024 * 1024;
const sharedBuffersMaxMb = 512;

/** The arguments for `postgres`; `overrides` win, and carry `host` and `port`. */
export function serverSettings({ host, port, ...overrides }: ServerSettings): string[] {
  const settings: ServerSettings = {
    listen_addresses: String(host),
    port: Number(port),
    // Reached over TCP only: a socket's path may be longer than the 107 bytes that systems allow.
    unix_socket_directories: '',
    // An answered bid survives the machine's loss of power. These are the defaults, said aloud because all rests on them.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: `${Math.min(sharedBuffersMaxMb, Math.floor(totalmem() / mebibyte / 8))}MB`,
    max_connections: 100,
    // Checkpoints by time, not by volume: each one makes every page it meets be logged whole once more.
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    // For backups: a base is copied, and the log followed, while the house goes on (docs/adr/0070). Bulk loads go into
    // tables of earlier transactions, so `minimal` would save next to nothing.
    wal_level: 'replica',
    max_wal_senders: 4,
    max_replication_slots: 4,
    // A backup that cannot be written must not fill the disk that bids are written to: it is begun anew instead.
    max_slot_wal_keep_size: '16GB',
    // The packaged build has neither lz4 nor zstd, and pglz costs more processor time than the volume it saves.
    wal_compression: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements and their values hold secret maxima and sealed bids; the server's log must never quote them.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: 'terse',
    ...overrides,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
