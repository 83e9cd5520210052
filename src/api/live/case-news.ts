// Changes of fraud cases, for staff who listen.
import type { FraudCaseQueries, FraudCaseRow } from '../../projections/silver/fraud-cases.queries.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { PolledNews } from './polled-news.js';

/** Of more cases that change between two looks, those that changed last are told. */
const CHANGED_MAX = 100;

/** Each case that changes, the earliest first. */
export function caseNews(
  cases: Pick<FraudCaseQueries, 'casesChanged'>,
  { runtime, log }: Readonly<{ runtime: Runtime; log: Log }>,
): PolledNews<FraudCaseRow> {
  /** The cases that changed last, as of the look before. */
  let seen: ReadonlyMap<string, bigint> = new Map();
  const look = async (): Promise<readonly FraudCaseRow[]> => {
    const rows = await cases.casesChanged(CHANGED_MAX);
    const fresh = rows.filter(({ caseId, revision }) => seen.get(caseId) !== revision);
    seen = new Map(rows.map(({ caseId, revision }) => [caseId, revision]));
    return fresh.reverse();
  };
  return new PolledNews({ name: 'changes of fraud cases', runtime, log, look });
}
