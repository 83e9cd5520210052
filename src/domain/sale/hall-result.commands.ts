// What may be asked of a hall sale's lot.
import type { HallResultId } from '../ids.js';
import type { HallBid, HallResult, SourceLine } from './hall-result.events.js';

/** Bids of one result: one append holds them all. */
export const HALL_BIDS_MAX = 2_000;

/** `corrects`: a result that is on record already is to be replaced, with its bids, not kept. `bids` in the order of the file. */
export type RecordHallResult = HallResult &
  Readonly<{
    type: 'RecordHallResult';
    hallResultId: HallResultId;
    bids: readonly HallBid[];
    corrects: boolean;
    source: SourceLine;
  }>;

/** The closed list of reasons for which a hall result is refused. */
export type HallRejection =
  | Readonly<{ reason: 'HallResultAlreadyRecorded' }>
  | Readonly<{ reason: 'InvalidHallResult'; field: string; problem: string }>
  | Readonly<{ reason: 'NotAllowed' }>;
