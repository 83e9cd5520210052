// What may be asked of a fraud case: the house opens it, staff decide it.
import type { FraudCaseId, UserId } from '../ids.js';
import type { Bond, Evidence } from './fraud-case.events.js';

type OfCase<Type extends string> = Readonly<{ type: Type; caseId: FraudCaseId }>;
type Told = Readonly<{ sellerId: UserId; modelVersion: number; accounts: readonly Evidence[] }>;

/** By the house: all evidence that there is now against bidders of this seller. What the case knows already changes nothing. */
export type OpenFraudCase = OfCase<'OpenFraudCase'> & Told & Readonly<{ bonds: readonly Bond[] }>;
/** By the house: a bidder whom no score has flagged is to be looked at. */
export type DrawFraudSample = OfCase<'DrawFraudSample'> & Told;
export type AssignFraudCase = OfCase<'AssignFraudCase'> & Readonly<{ assigneeId: UserId }>;
export type NoteFraudCase = OfCase<'NoteFraudCase'> & Readonly<{ note: string }>;
export type DismissFraudCase = OfCase<'DismissFraudCase'> & Readonly<{ reason: string }>;
export type ConfirmFraudCase = OfCase<'ConfirmFraudCase'> & Readonly<{ reason: string }>;

export type FraudCaseCommand =
  | OpenFraudCase
  | DrawFraudSample
  | AssignFraudCase
  | NoteFraudCase
  | DismissFraudCase
  | ConfirmFraudCase;

/** The closed list of reasons for which such a command is refused. */
export type FraudCaseRejection =
  | Readonly<{ reason: 'NotAllowed' | 'FraudCaseUnknown' | 'FraudCaseAlreadyAssigned' }>
  /** Somebody has decided it. */
  | Readonly<{ reason: 'FraudCaseNotOpen' }>
  /** The case knows all of it, or people have decided on it and too little has come since. */
  | Readonly<{ reason: 'FraudEvidenceNotGrown' }>
  | Readonly<{ reason: 'InvalidFraudCase'; field: string; problem: string }>;
