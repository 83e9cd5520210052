// `gavel alerts`: what is wrong with the house, and what somebody does about it.
import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { uuidIn } from '../domain/ids.js';
import { isoTime, later } from '../domain/time.js';
import { ALERT_KINDS, type AlertKindName, type AlertRow, aboutAlert, alertsOn } from '../house/alert-list.js';
import type { WithStores } from '../house/stores.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';

export type AlertsCommandParts = Readonly<{ withStores: WithStores; runtime: Runtime; print: (line: string) => void }>;

type ListOptions = Readonly<{ all?: boolean; limit: number; json?: boolean }>;
type SilenceOptions = Readonly<{ subject?: string; for: number; reason: string }>;

const SHOWN = 50;

/** Adds `gavel alerts [list | ack | silence]`. */
export function registerAlerts(program: Command, parts: AlertsCommandParts): void {
  const alerts = program.command('alerts').description('what is wrong with the house (docs/alerts.md)');
  alerts
    .command('list', { isDefault: true })
    .description('open alerts, the latest first')
    .option('--all', 'those that have passed as well')
    .option('--limit <n>', 'so many', countOf, SHOWN)
    .option('--json', 'one JSON object a line')
    .action((options: ListOptions) => list(parts, options));
  alerts
    .command('ack <alert>')
    .description('say that somebody looks after an alert: it is not escalated any more')
    .action((alert: string) => acknowledge(parts, alert));
  alerts
    .command('silence')
    .description('tell nobody of a kind of alert for a time')
    .addOption(new Option('--kind <kind>', 'which kind').choices(ALERT_KINDS).makeOptionMandatory())
    .option('--subject <subject>', 'only about this, as the list shows it')
    .requiredOption('--for <duration>', 'for how long: 30m, 8h or 2d', durationOf)
    .requiredOption('--reason <text>', 'why')
    .action((options: SilenceOptions & { kind: AlertKindName }) => silence(parts, options));
}

const list = ({ withStores, runtime, print }: AlertsCommandParts, { all, limit, json }: ListOptions): Promise<void> =>
  withStores(async ({ database }) => {
    const rows = await alertsOn(database, (queries) =>
      queries.alerts({ isOpen: all === true ? null : true, now: runtime.now() }, { after: null, limit }),
    );
    for (const row of rows.rows) print(json === true ? JSON.stringify(shown(row)) : words(row));
    if (rows.rows.length === 0 && json !== true) print(all === true ? 'no alerts yet' : 'no open alerts');
  });

const acknowledge = ({ withStores, runtime, print }: AlertsCommandParts, alert: string): Promise<void> =>
  withStores(async ({ database }) => {
    const id = uuidIn(alert);
    const row = id === null ? null : await alertsOn(database, (all) => all.acknowledge(id, who(), runtime.now()));
    if (row === null) throw new OperatorError(`there is no alert ${alert}; gavel alerts lists them`);
    print(`${row.kind} ${row.subject} was acknowledged by ${row.acknowledgedBy}`);
  });

const silence = (
  { withStores, runtime, print }: AlertsCommandParts,
  { kind, subject = undefined, for: forMs, reason }: SilenceOptions & { kind: AlertKindName },
): Promise<void> =>
  withStores(async ({ database }) => {
    const now = runtime.now();
    const until = later(now, forMs);
    const asked = { kind, subject: subject ?? null, until, reason, by: who() };
    await alertsOn(database, (all) => all.silence(asked, runtime.uuid(), now));
    print(`nobody is told of ${kind}${subject === undefined ? '' : ` ${subject}`} until ${isoTime(until)}`);
  });

/** Whoever runs the command, as the machine knows them. */
const who = (): string => `${userInfo().username} at the terminal`;

const TIMES = [
  'raisedAt',
  'lastSeenAt',
  'changedAt',
  'toldAt',
  'escalatedAt',
  'acknowledgedAt',
  'clearedAt',
  'silencedUntil',
];

const shown = (row: AlertRow): object =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      TIMES.includes(name) && value !== null ? isoTime(value as AlertRow['raisedAt']) : value,
    ]),
  );

function words(row: AlertRow): string {
  const { alertId, kind, subject, severity, detail, raisedAt, clearedAt, acknowledgedBy, silencedUntil } = row;
  const state = [
    ...(clearedAt === null ? [] : [`passed at ${isoTime(clearedAt)}`]),
    ...(acknowledgedBy === null ? [] : [`acknowledged by ${acknowledgedBy}`]),
    ...(silencedUntil === null ? [] : [`silenced until ${isoTime(silencedUntil)}`]),
  ];
  const about = aboutAlert(kind);
  return [
    `${isoTime(raisedAt)} ${severity} ${kind} ${subject}${state.length === 0 ? '' : ` (${state.join(', ')})`}`,
    `  ${detail}`,
    `  ${about.todo} docs/runbook.md#${about.runbook}`,
    `  ${alertId}`,
  ].join('\n');
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf(text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count === undefined || unitMs === undefined) throw new InvalidArgumentError('It must be as 30m, 8h or 2d.');
  return Number(count) * unitMs;
}
