// Who is told what goes wrong in the house, and what happens to people: conditions and channels as the settings have them.

import { hostname } from 'node:os';
import { z } from 'zod';
import type { Config } from '../config.js';
import type { LeaderStatus } from '../feed/leader.js';
import { AlertWatch } from '../notify/alerts/alert-watch.js';
import { expiringCertificates, expiringTokenKeys, type PublishedKey } from '../notify/alerts/certificates.condition.js';
import type { Condition } from '../notify/alerts/condition.js';
import { DatabaseWatch } from '../notify/alerts/database-watch.js';
import { archiveLag, consumerLag, parkedStreams } from '../notify/alerts/journal.conditions.js';
import { goneProcesses, shortOfRoom } from '../notify/alerts/process.conditions.js';
import { unusualRefusals } from '../notify/alerts/refusals.condition.js';
import { failedRuns, missedRuns } from '../notify/alerts/runs.conditions.js';
import type { Channel } from '../notify/channels/channel.js';
import { emailChannel } from '../notify/channels/email.channel.js';
import { logChannel } from '../notify/channels/log.channel.js';
import { type Mailer, mailerOf } from '../notify/channels/mail.js';
import { snsChannel } from '../notify/channels/sns.channel.js';
import { webhookChannel } from '../notify/channels/webhook.channel.js';
import { Sender } from '../notify/outbox/sender.js';
import { SILENT_MS } from '../notify/processes.js';
import type { Metrics } from '../runtime/metrics.js';
import { type PeopleMailParts, startPeopleMail } from './people-mail.js';
import type { Undo } from './undoable.js';

export type NoticesParts = PeopleMailParts &
  Readonly<{ config: Pick<Config, 'alerts' | 'schedule' | 'bronze' | 'api'>; metrics: Metrics }>;

const MINUTE_MS = 60_000;
/** An alert whose cause comes and goes is one alert. */
const CLEAR_AFTER_MS = MINUTE_MS;
/** Beyond the pause after which the archiver cuts: it may be busy with a part. */
const ARCHIVE_GRACE_MS = 15 * MINUTE_MS;
/** A night's run takes its time, and is tried again for half an hour. */
const RUN_GRACE_MS = 60 * MINUTE_MS;
/** A restart of PostgreSQL takes less. */
const UNREACHABLE_MS = 15_000;
const DATABASE_EVERY_MS = 5_000;
const TIMES_USUAL = 5;
const KEYS_WITHIN_MS = 5_000;

/** Looks at the house, and sends what is to be told. */
export function startNotices(parts: NoticesParts, undo: Undo[]): Readonly<{ status(): LeaderStatus }> {
  const { config, postgres: database, feed, runtime, log, metrics } = parts;
  const { mail } = config;
  const mailer = mail === null ? null : mailerOf(mail);
  if (mailer !== null) undo.push(() => mailer.close());
  const channels = channelsOf(parts, mailer);
  const people = startPeopleMail(parts, mailer, undo);
  const sender = new Sender({ database, channels, people, runtime, log });
  undo.push(() => sender.drain());
  const settings = {
    channels: [...channels.keys()],
    everyMs: config.alerts.everyMs,
    escalateAfterMs: config.alerts.escalateAfterMs,
    clearAfterMs: CLEAR_AFTER_MS,
  };
  const watch = new AlertWatch({ database, feed, conditions: conditionsOf(parts), settings, runtime, log, metrics });
  undo.push(() => watch.drain());
  const unreachable = new DatabaseWatch({
    database,
    channels,
    subject: `${process.pid} on ${hostname()}`,
    everyMs: DATABASE_EVERY_MS,
    afterMs: UNREACHABLE_MS,
    escalateAfterMs: config.alerts.escalateAfterMs,
    runtime,
    log,
    metrics,
  });
  undo.push(() => unreachable.drain());
  unreachable.start();
  sender.start();
  watch.start();
  return watch;
}

function channelsOf(
  { config: { alerts }, runtime, log }: NoticesParts,
  mailer: Mailer | null,
): ReadonlyMap<string, Channel> {
  const channels = new Map<string, Channel>([['log', logChannel(log)]]);
  if (alerts.email !== null && mailer !== null) channels.set('email', emailChannel(mailer, alerts.email));
  if (alerts.webhook !== null) channels.set('webhook', webhookChannel(alerts.webhook, runtime));
  if (alerts.sns !== null) channels.set('sns', snsChannel(alerts.sns));
  return channels;
}

function conditionsOf({ config, journal, runtime }: NoticesParts): readonly Condition[] {
  const { lagMs, freeMin, refusalsMin, certificates, expiryMs } = config.alerts;
  const { key } = config.api.tokens;
  return [
    parkedStreams,
    consumerLag(journal, lagMs),
    archiveLag(journal, config.bronze.cutAfterMs + ARCHIVE_GRACE_MS),
    failedRuns,
    ...(config.schedule ? [missedRuns(journal, { graceMs: RUN_GRACE_MS, startedAt: runtime.now() })] : []),
    unusualRefusals({ countMin: refusalsMin, timesUsual: TIMES_USUAL }),
    goneProcesses(SILENT_MS),
    shortOfRoom({ diskFreeMin: freeMin, memoryFreeMin: freeMin, silentMs: SILENT_MS }),
    expiringCertificates(certificates, expiryMs),
    ...(key.kind === 'jwks' ? [expiringTokenKeys(() => publishedKeys(key.url), expiryMs)] : []),
  ];
}

const keySet = z.object({
  keys: z.array(
    z.object({ kid: z.string().optional(), exp: z.number().optional(), x5c: z.array(z.string()).optional() }),
  ),
});

/** The provider's keys as they are served now. */
async function publishedKeys(url: URL): Promise<readonly PublishedKey[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(KEYS_WITHIN_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`the keys for tokens were answered ${response.status}`);
  return keySet.parse(await response.json()).keys;
}
