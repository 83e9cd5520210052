// Every alert there is: how urgent it is, what it means, and what to do. docs/alerts.md is made from this list.

/** Critical: somebody is to look now. Warning: today. */
export const SEVERITIES = ['critical', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type AboutAlert = Readonly<{
  severity: Severity;
  /** What it means, in a sentence. */
  means: string;
  /** What to do first, in a sentence. */
  todo: string;
  /** The heading of docs/runbook.md that goes on, as its address has it. */
  runbook: string;
  /** The alert is about something that happened: it clears after so many milliseconds without another. */
  quietMs?: number;
  /** It is told without the database: no list has it, and nobody can acknowledge it. */
  isUnlisted?: true;
}>;

const MINUTE_MS = 60_000;

export const ALERTS = {
  'ingestion-failed': {
    severity: 'warning',
    means: 'Files of the landing folder could not be taken in.',
    todo: 'Read the problem in `gavel runs`, then correct the file or take it away.',
    runbook: 'alert-ingestion-failed-or-late',
  },
  'ingestion-late': {
    severity: 'warning',
    means: 'The archive lacks events that should be in it by now.',
    todo: 'Look whether an archiver runs, and whether it reaches the object store.',
    runbook: 'alert-ingestion-failed-or-late',
  },
  'stream-parked': {
    severity: 'critical',
    means: 'A consumer could not apply an event and set its stream aside.',
    todo: '`gavel dlq show` prints the reason; `gavel dlq replay` goes on once it is mended.',
    runbook: 'alert-stream-parked',
  },
  'consumer-lag': {
    severity: 'critical',
    means: 'A consumer is behind the journal by more than the limit.',
    todo: 'Look whether a projector runs, and what its log says.',
    runbook: 'alert-consumer-lag',
  },
  'refusals-unusual': {
    severity: 'warning',
    means: 'Far more commands are refused than is usual here.',
    todo: 'Look which reason prevails in `silver.rejected_bids`.',
    runbook: 'alert-refusals-out-of-the-ordinary',
  },
  'bidder-flood': {
    severity: 'warning',
    means: 'One bidder sends so many refused commands that they are turned away unjudged.',
    todo: 'Look at the account; suspend it if no person would bid so.',
    runbook: 'alert-a-bidders-flood',
    quietMs: 15 * MINUTE_MS,
  },
  'fraud-case': {
    severity: 'warning',
    means: 'Bids look like fraud, and a case was opened.',
    todo: 'Review the case. Nothing was voided or suspended.',
    runbook: 'alert-a-fraud-case',
  },
  'run-failed': {
    severity: 'warning',
    means: 'A run by the clock failed, and has not succeeded since.',
    todo: '`gavel runs` tells why. It is tried again by itself.',
    runbook: 'alert-a-run-failed-or-missed',
  },
  'run-missed': {
    severity: 'critical',
    means: 'A run by the clock is overdue: none has succeeded for the time that it should cover.',
    todo: 'Look whether a scheduler runs and what `gavel runs` tells.',
    runbook: 'alert-a-run-failed-or-missed',
  },
  'bronze-unverified': {
    severity: 'critical',
    means: 'The archive does not verify: a file is missing or was changed.',
    todo: 'Keep everything as it is. `gavel bronze verify` names the files.',
    runbook: 'alert-bronze-does-not-verify',
  },
  'disk-short': {
    severity: 'critical',
    means: 'The disk of a process is nearly full.',
    todo: 'Make room before PostgreSQL stops taking writes.',
    runbook: 'alert-disk-or-memory-short',
  },
  'memory-short': {
    severity: 'critical',
    means: 'A process has hardly any memory left that it may use.',
    todo: 'See which program takes it; give the process more or restart it.',
    runbook: 'alert-disk-or-memory-short',
  },
  'certificate-expiring': {
    severity: 'warning',
    means: 'A certificate is about to expire, or has.',
    todo: 'Replace the file and restart the processes that use it.',
    runbook: 'alert-a-certificate-or-key-expires',
  },
  'token-key-expiring': {
    severity: 'warning',
    means: 'A key that tokens are checked with is about to expire, or the keys cannot be had.',
    todo: 'Have the provider of tokens serve a new key.',
    runbook: 'alert-a-certificate-or-key-expires',
  },
  'engine-gone': {
    severity: 'critical',
    means: 'A process of the house ended without saying so, and no other has taken its place.',
    todo: 'Start it again, and read the end of its log.',
    runbook: 'alert-an-engine-is-gone',
  },
  'database-unreachable': {
    severity: 'critical',
    means: 'PostgreSQL does not answer a process of the house: no bid is taken, and no other alert can be told.',
    todo: 'Bring PostgreSQL back. The house goes on by itself.',
    runbook: 'alert-the-database-cannot-be-reached',
    isUnlisted: true,
  },
} as const satisfies Readonly<Record<string, AboutAlert>>;

export type AlertKind = keyof typeof ALERTS;
export const ALERT_KINDS = Object.keys(ALERTS) as readonly AlertKind[];

/** What is told of a kind. */
export const aboutAlert = (kind: AlertKind): AboutAlert => ALERTS[kind];

/** Something that is wrong now. `subject` tells two of a kind apart; `detail` is a sentence without anybody's data. */
export type Found = Readonly<{ kind: AlertKind; subject: string; detail: string }>;
