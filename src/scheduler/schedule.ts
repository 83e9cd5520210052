// All that the house asks of auctions by itself when their time has come.
import type { Journal } from '../journal/journal.js';
import { type CasesToOpen, caseOpenerOf, sampleDrawerOf } from './case-opener.js';
import { type CloserSettings, type Closings, closerOf } from './closer.js';
import type { ErrandParts } from './errands.js';
import { type DocumentsDue, type InvoicePer, invoicerOf } from './invoicer.js';
import { type Openings, openerOf } from './opener.js';
import { type PayoutsDue, payerOf } from './payer.js';
import { type Relistings, relisterOf } from './relister.js';
import { type Deadlines, reminderOf } from './reminder.js';
import { type LotListings, type SalesToKeep, saleKeeperOf } from './sale-keeper.js';
import { type BidsToVoid, voiderOf } from './voider.js';

export type ScheduleParts = Omit<ErrandParts, 'pollMs'> &
  Readonly<{
    due: Closings & Openings & Relistings & Deadlines & SalesToKeep;
    silver: BidsToVoid;
    fraudCases: CasesToOpen;
    documents: DocumentsDue;
    payouts: PayoutsDue;
    invoicePer: InvoicePer;
    journal: Pick<Journal, 'readStream'>;
    lots: LotListings;
    settings: CloserSettings;
  }>;

export type Schedule = Readonly<{ drain(): Promise<void> }>;

/**
 * Starts them. To be called when this process begins to act: an outage is told by how long nobody had closed anything
 * before that.
 */
export function startSchedule(schedule: ScheduleParts): Schedule {
  const { due, silver, fraudCases, documents, payouts, invoicePer, journal, lots, settings, ...around } = schedule;
  const { batchMax, pollMs } = settings;
  const parts = { ...around, pollMs };
  const errands = [
    closerOf(due, parts, settings),
    openerOf(due, parts, batchMax),
    relisterOf(due, journal, parts, batchMax),
    reminderOf(due, parts, batchMax),
    saleKeeperOf(due, lots, parts, batchMax),
    voiderOf(silver, parts, batchMax),
    caseOpenerOf(fraudCases, parts, batchMax),
    sampleDrawerOf(fraudCases, parts, batchMax),
    invoicerOf(documents, parts, invoicePer),
    payerOf(payouts, parts, batchMax),
  ];
  for (const one of errands) one.start();
  return {
    drain: async () => {
      await Promise.all(errands.map((one) => one.drain()));
    },
  };
}
