// What may be asked of a hall sale's lot.
import type { HallResultId } from '../ids.js';
import type { HallResult, SourceLine } from './hall-result.events.js';

/** `corrects`: a result that is on record already is to be replaced, not kept. */
export type RecordHallResult = HallResult &
  Readonly<{ type: 'RecordHallResult'; hallResultId: HallResultId; corrects: boolean; source: SourceLine }>;

/** The closed list of reasons for which a hall result is refused. */
export type HallRejection =
  | Readonly<{ reason: 'HallResultAlreadyRecorded' }>
  | Readonly<{ reason: 'InvalidHallResult'; field: string; problem: string }>
  | Readonly<{ reason: 'NotAllowed' }>;
