// What waits for somebody of the house.

import { useAsked, useEvery } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { deskWords } from '../words/desk-words.js';
import { waiting } from './questions.js';

const AGAIN_MS = 10_000;
const MANY = '50+';

export function Overview() {
  const { overview } = deskWords.value;
  const { answer, failed, renew } = useAsked(waiting);
  useEvery(AGAIN_MS, renew);
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true" />;
  const { fraudCases, alerts, voidingProposals, retractionRequests, parkedStreams } = answer;
  const count = ({ rows, next }: Readonly<{ rows: readonly object[]; next: string | null }>) =>
    next === null ? `${rows.length}` : MANY;
  const unseen = alerts.rows.filter(({ acknowledgedAt }) => acknowledgedAt === null).length;
  const lines = [
    [overview.cases, count(fraudCases), '', '/desk/fraud'],
    [overview.alerts, count(alerts), unseen === 0 ? overview.seen : overview.unseen(unseen), '/desk/alerts'],
    [overview.proposals, count(voidingProposals), overview.second, '/desk/lots'],
    [overview.requests, count(retractionRequests), overview.asked, '/desk/lots'],
    [overview.parked, `${parkedStreams.length}`, overview.waits, '/desk/house'],
  ] as const;
  return (
    <>
      {failed && <Failed renew={renew} />}
      <p class="meta">{overview.lead}</p>
      <dl class="kpis waiting">
        {lines.map(([name, figure, hint, to]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={`fig num ${figure === '0' ? 'nil' : ''}`}>{figure}</dd>
            <dd class="meta">{figure === '0' ? '' : hint}</dd>
            <dd>
              <a href={to}>
                {overview.open} <span class="hide">{name}</span>
              </a>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
