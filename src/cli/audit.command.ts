// `gavel audit`: who of the staff did what, to what, why and when.
import { type Command, InvalidArgumentError } from 'commander';
import { type UserId, userId, uuidIn } from '../domain/ids.js';
import { type Instant, instant, isoTime } from '../domain/time.js';
import { listAudit } from '../house/audit-list.js';
import type { WithStores } from '../house/stores.js';

export type AuditCommandParts = Readonly<{ withStores: WithStores; print: (line: string) => void }>;

type Options = Readonly<{
  actor?: UserId;
  act?: string;
  subject?: string;
  from?: Instant;
  to?: Instant;
  limit: number;
  json?: boolean;
}>;
type Entry = Awaited<ReturnType<typeof listAudit>>[number];

const SHOWN = 50;

/** Adds `gavel audit [--actor ID] [--act NAME] [--subject STREAM] [--from T] [--to T] [--limit N] [--json]`. */
export function registerAudit(program: Command, { withStores, print }: AuditCommandParts): void {
  program
    .command('audit')
    .description('what staff did, the latest first: who, what, why, when')
    .option('--actor <id>', 'only what this person did', actorOf)
    .option('--act <name>', 'only acts of this name, as BidVoided or RoleGiven')
    .option('--subject <stream>', 'only what was done to this, as user-01900001-0000-7000-8000-000000000001')
    .option('--from <time>', 'from this time on, as 2026-01-31T12:00:00Z', timeOf)
    .option('--to <time>', 'before this time', timeOf)
    .option('--limit <n>', 'so many acts', countOf, SHOWN)
    .option('--json', 'one JSON object a line')
    .action(({ actor, act, subject, from, to, limit, json }: Options) =>
      withStores(async ({ database }) => {
        const filter = {
          actorId: actor ?? null,
          act: act ?? null,
          subject: subject ?? null,
          from: from ?? null,
          to: to ?? null,
        };
        const entries = await listAudit(database, filter, limit);
        for (const entry of entries) print(json === true ? JSON.stringify(shown(entry)) : words(entry));
        if (entries.length === 0 && json !== true) print('nothing of that kind is on record');
      }),
    );
}

const shown = ({ at, revision, ...entry }: Entry) => ({ at: isoTime(at), ...entry, revision: Number(revision) });

function words({ at, act, actorId, account, subject, detail, reason }: Entry): string {
  const who = actorId ?? (account === null ? 'the house' : `account ${account}`);
  const about = detail === null ? subject : `${subject}, ${detail}`;
  return `${isoTime(at)}  ${act}  by ${who}  ${about}${reason === null ? '' : `\n  ${reason}`}`;
}

function actorOf(text: string): UserId {
  const id = uuidIn(text);
  if (id === null) throw new InvalidArgumentError('It must be the id of a person.');
  return userId(id);
}

function timeOf(text: string): Instant {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a time with its zone, as 2026-01-31T12:00:00Z.');
  return instant(at);
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}
