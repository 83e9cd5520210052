// The log port on pino: one JSON object a line. What must not be kept is struck out here once more, whoever lets it through.
import { pino } from 'pino';
import type { Log } from '../runtime/log.js';

/** Names of fields that hold secrets, at the top of a line or one below: tokens, bids, persons. */
export const SECRET_FIELDS: readonly string[] = [
  'authorization',
  'token',
  'secret',
  'password',
  'amount',
  'maximum',
  'reservePrice',
  'personalData',
  'email',
  'name',
  'address',
];

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where lines go, as `process.stderr`. */
export type LogTarget = Readonly<{ write(line: string): void }>;

export const pinoLog = (level: LogLevel, target: LogTarget): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[secret]' },
    },
    target,
  );
