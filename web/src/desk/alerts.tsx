// What is wrong with the house: acknowledged by whoever looks after it, silenced for a time.
import { useEffect } from 'preact/hooks';
import { houseTime } from '../house/clock.js';
import { watch } from '../house/live.js';
import { Act } from '../parts/act.js';
import { useAsked, useEvery } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { PersonName } from '../parts/person-name.js';
import { Time } from '../parts/time.js';
import { query } from '../router.js';
import { deskWords } from '../words/desk-words.js';
import { Immediate } from './fraud-case.js';
import { ALERTS_LIVE, type Alert, acknowledge, alerts, silence } from './questions.js';

const AGAIN_MS = 5_000;
const HOUR_MS = 3_600_000;
const HOURS_MAX = 720;
const HOURS_FIRST = '8';

export function AlertsRoom() {
  const { alerts: said, rooms } = deskWords.value;
  const isAll = query.value.get('show') === 'all';
  const { answer, failed, renew, again } = useAsked(() => alerts(isAll ? null : true, null), String(isAll));
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are the same throughout.
  useEffect(() => watch(ALERTS_LIVE, {}, { next: renew, again }), []);
  // What changed between the answer and the beginning of the watch is not told.
  useEvery(AGAIN_MS, renew);
  return (
    <>
      <nav class="seg" aria-label={rooms.alerts}>
        <a href="/desk/alerts" aria-current={isAll ? undefined : 'page'}>
          {said.open}
        </a>
        <a href="/desk/alerts?show=all" aria-current={isAll ? 'page' : undefined}>
          {said.all}
        </a>
      </nav>
      {failed && <Failed renew={renew} />}
      {answer?.rows.length === 0 && <p class="empty">{isAll ? said.noneEver : said.none}</p>}
      <ul role="list" class="alerts">
        {answer?.rows.map((alert) => (
          <Line key={alert.alertId} alert={alert} renew={renew} />
        ))}
      </ul>
    </>
  );
}

function Line({ alert, renew }: Readonly<{ alert: Alert; renew: () => void }>) {
  const { alerts: said } = deskWords.value;
  const isOpen = alert.clearedAt === null;
  return (
    <li class={isOpen && alert.severity === 'CRITICAL' ? 'critical' : ''}>
      <header>
        <h2>{said.kinds[alert.kind] ?? alert.kind}</h2>
        <span class={`badge ${isOpen && alert.severity === 'CRITICAL' ? 'out' : ''}`}>
          {said.severity[alert.severity]}
        </span>
      </header>
      {/* What the house's own alerts say is English: they go to pagers and logs as well. */}
      <p lang="en">
        <bdi class="strong">{alert.subject}</bdi> <bdi>{alert.detail}</bdi>
      </p>
      <p lang="en" class="meta">
        {alert.means} {alert.todo}
      </p>
      <dl class="pairs">
        <dt>{said.raised}</dt>
        <dd>
          <Time at={alert.raisedAt} />
        </dd>
        {alert.acknowledgedBy !== null && (
          <>
            <dt>{said.acknowledged}</dt>
            <dd>
              <PersonName id={alert.acknowledgedBy} />
            </dd>
          </>
        )}
        {alert.silencedUntil !== null && (
          <>
            <dt>{said.silenced}</dt>
            <dd>
              <Time at={alert.silencedUntil} />
            </dd>
          </>
        )}
        {alert.clearedAt !== null && (
          <>
            <dt>{said.cleared}</dt>
            <dd>
              <Time at={alert.clearedAt} />
            </dd>
          </>
        )}
      </dl>
      {isOpen && (
        <p class="acts">
          {alert.acknowledgedAt === null && (
            <Immediate label={said.acknowledge} run={() => acknowledge(alert.alertId)} done={renew} />
          )}
          {alert.silencedUntil === null && <Silence alert={alert} renew={renew} />}
        </p>
      )}
    </li>
  );
}

function Silence({ alert, renew }: Readonly<{ alert: Alert; renew: () => void }>) {
  const { alerts: said } = deskWords.value;
  const { kind, subject, alertId } = alert;
  const run = async (form: FormData, reason: string): Promise<string | null> => {
    const hours = Number(form.get('hours'));
    if (!(hours >= 1 && hours <= HOURS_MAX)) return said.wrongHours;
    // A second less: the house refuses what lies behind 30 days by its own clock.
    const until = new Date(houseTime() + hours * HOUR_MS - 1_000).toISOString();
    return silence({ kind, subject, until, reason });
  };
  return (
    <Act
      label={said.silence}
      title={said.silenceAsk(said.kinds[kind] ?? kind)}
      says={said.silenceSays}
      needsReason
      run={run}
      done={renew}
    >
      <div class="field">
        <label for={`hours-${alertId}`}>{said.hours}</label>
        <input
          class="input"
          id={`hours-${alertId}`}
          name="hours"
          inputMode="numeric"
          autocomplete="off"
          defaultValue={HOURS_FIRST}
        />
      </div>
    </Act>
  );
}
