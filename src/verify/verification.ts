// What a verification is asked with, and what it says.
import type { Instant } from '../domain/time.js';
import type { ParkedStream } from '../feed/parked-streams.js';
import type { BesideParts } from '../rebuild/beside.js';
import type { Finding } from './findings.js';

export type VerifyPhase = 'reading the journal' | 'building Silver beside itself' | 'comparing';

export type VerifyParts = Omit<BesideParts, 'progress'> &
  Readonly<{
    /** Findings told in full; the others are counted. */
    findingsMax: number;
    /** Events that were recorded longer ago than this must be applied, or parked. */
    lagMaxMs: number;
    now: () => Instant;
    /** Told when a phase begins, and how far one has come: events of the journal, or positions applied. */
    phase: (phase: VerifyPhase) => void;
    progress: (done: number, total: number | null) => void;
  }>;

/** Rows and sums of one table, as the journal says and as Silver holds them. Sums are of minor units. */
export type TableTotals = Readonly<{
  table: string;
  amount: string | null;
  expectedRows: number;
  rows: number;
  expectedSum: string | null;
  sum: string | null;
}>;

export type Verification = Readonly<{
  /** Nothing was found and nothing is parked. */
  clean: boolean;
  events: number;
  streams: number;
  /** Silver's checkpoint by slice, as the journal prints positions. */
  silverAt: readonly (string | null)[];
  tables: readonly TableTotals[];
  findings: readonly Finding[];
  findingsTotal: number;
  parked: readonly ParkedStream[];
}>;

export type Comparison = Pick<Verification, 'silverAt' | 'tables' | 'parked'>;
