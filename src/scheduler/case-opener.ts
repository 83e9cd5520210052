// Opens fraud cases by what scores say, tells them of more, and draws the random sample. The read model behind it lags and may
// name a case again; the case itself takes only what it did not know, so asking again, on any node and after any restart, changes
// nothing. Nothing else comes of a score: what is done about a case, people do.
import type { Bond, Evidence } from '../domain/fraud/fraud-case.events.js';
import { fraudCaseId, type UserId } from '../domain/ids.js';
import { instant } from '../domain/time.js';
import { houseCommandId, nameUuid } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

type Told = Readonly<{ sellerId: UserId; modelVersion: number }>;
export type CaseToOpen = Told & Readonly<{ accounts: readonly Evidence[]; bonds: readonly Bond[] }>;
export type SampleToDraw = Told & Omit<Evidence, 'flaggedAuctions'>;

/** What the opener asks. */
export interface CasesToOpen {
  casesDue(limit: number): Promise<readonly CaseToOpen[]>;
  samplesDue(limit: number): Promise<readonly SampleToDraw[]>;
}

/** People do not look at cases more often than this. */
const CASES_POLL_MS = 1_000;
const SAMPLES_POLL_MS = 60_000;

/** There is one case a seller. */
export const caseOf = (sellerId: UserId) => fraudCaseId(nameUuid('fraud case', sellerId));
/** And one for each bidder of the sample. */
export const sampleOf = (bidderId: UserId) => fraudCaseId(nameUuid('fraud sample', bidderId));

export const caseOpenerOf = (cases: CasesToOpen, parts: ErrandParts, batchMax: number): Errands<CaseToOpen> =>
  new Errands<CaseToOpen>(
    {
      name: 'the opening of a fraud case',
      due: () => cases.casesDue(batchMax),
      subject: subjectOf,
      command: (due) => ({
        command: { type: 'OpenFraudCase', caseId: caseOf(due.sellerId), ...due },
        commandId: houseCommandId('fraud case', subjectOf(due), instant(0)),
      }),
    },
    { ...parts, pollMs: Math.max(parts.pollMs, CASES_POLL_MS) },
  );

export const sampleDrawerOf = (cases: CasesToOpen, parts: ErrandParts, batchMax: number): Errands<SampleToDraw> =>
  new Errands<SampleToDraw>(
    {
      name: 'the drawing of a sample for review',
      due: () => cases.samplesDue(batchMax),
      subject: ({ bidderId }) => bidderId,
      command: ({ sellerId, modelVersion, ...evidence }) => ({
        command: {
          type: 'DrawFraudSample',
          caseId: sampleOf(evidence.bidderId),
          sellerId,
          modelVersion,
          accounts: [{ ...evidence, flaggedAuctions: 0 }],
        },
        commandId: houseCommandId('fraud sample', evidence.bidderId, instant(0)),
      }),
    },
    { ...parts, pollMs: Math.max(parts.pollMs, SAMPLES_POLL_MS) },
  );

/** The same evidence is asked about once; any other is another command. */
const subjectOf = (due: CaseToOpen): string =>
  JSON.stringify([due.sellerId, due.modelVersion, due.accounts, due.bonds]);
