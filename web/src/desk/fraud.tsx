// The fraud desk: a queue at the start, and the case that is looked at.
import { useEffect } from 'preact/hooks';
import { watch } from '../house/live.js';
import { useAsked, useEvery } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { PersonName } from '../parts/person-name.js';
import { query } from '../router.js';
import { deskWords } from '../words/desk-words.js';
import { Case } from './fraud-case.js';
import { CASES_LIVE, type CaseStatus, cases, type FraudCase } from './questions.js';

const AGAIN_MS = 5_000;
const STATUSES = ['OPEN', 'DISMISSED', 'CONFIRMED'] as const;
/** Above a half is flagged (docs/fraud.md); above this it is nearly certain that the factors are not chance. */
const [HIGH, FLAGGED] = [0.9, 0.5];
export const levelOf = (score: number): 'high' | 'medium' | 'low' =>
  score >= HIGH ? 'high' : score > FLAGGED ? 'medium' : 'low';
const RANK = { high: 0, medium: 1, low: 2 } as const;

export function FraudRoom() {
  const { fraud } = deskWords.value;
  const search = query.value;
  const status: CaseStatus = STATUSES.find((one) => one === search.get('status')) ?? 'OPEN';
  const chosen = search.get('case');
  const { answer, failed, renew, again } = useAsked(() => cases(status, null), status);
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are the same throughout.
  useEffect(() => watch(CASES_LIVE, {}, { next: renew, again }), []);
  // What changed between the answer and the beginning of the watch is not told.
  useEvery(AGAIN_MS, renew);
  const rows = answer?.rows.toSorted((a, b) => RANK[levelOf(a.score)] - RANK[levelOf(b.score)]) ?? [];
  const shown = chosen ?? rows[0]?.caseId ?? null;
  return (
    <>
      <nav class="seg" aria-label={fraud.show}>
        {STATUSES.map((one) => (
          <a key={one} href={`/desk/fraud?status=${one}`} aria-current={one === status ? 'page' : undefined}>
            {fraud.queue[one]}
          </a>
        ))}
      </nav>
      {failed && <Failed renew={renew} />}
      <div class="fraud">
        <section aria-labelledby="queue">
          <h2 id="queue" class="hide">
            {fraud.queue[status]}
          </h2>
          {answer !== null && rows.length === 0 && <p class="empty">{deskWords.value.none}</p>}
          <ol role="list" class="cases">
            {rows.map((row) => (
              <Line key={row.caseId} row={row} isShown={row.caseId === shown} status={status} />
            ))}
          </ol>
        </section>
        {shown !== null && <Case id={shown} key={shown} />}
      </div>
    </>
  );
}

function Line({ row, isShown, status }: Readonly<{ row: FraudCase; isShown: boolean; status: CaseStatus }>) {
  const { fraud } = deskWords.value;
  const level = levelOf(row.score);
  return (
    <li aria-current={isShown ? 'true' : undefined}>
      <a href={`/desk/fraud?${new URLSearchParams({ status, case: row.caseId })}`}>
        {fraud.seller} <PersonName id={row.sellerId} />
      </a>
      <span class={`badge ${level === 'high' ? 'out' : ''}`}>{fraud.level[level]}</span>
      <span class="meta">{fraud.line(row.accounts, row.flaggedAuctions)}</span>
    </li>
  );
}
