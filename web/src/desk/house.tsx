// The house itself: how much is recorded a second, who is behind, what is parked, what ran by the clock, who was erased.
import { useRef, useState } from 'preact/hooks';
import { problemOf } from '../house/ask.js';
import { useAsked, useEvery } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { figures, Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { query } from '../router.js';
import { spanText } from '../times.js';
import { deskWords } from '../words/desk-words.js';
import { locale, words } from '../words/words.js';
import { erasedUsers, type HouseState, houseState, parkedStreams, type Run, replay, runs } from './questions.js';

const LOOK_EVERY_MS = 2_000;
const LOOK_SELDOM_MS = 15_000;
const SECOND_MS = 1_000;
const RUN_KINDS = ['NIGHTLY', 'HOURLY', 'VERIFICATION', 'DRILL'] as const;

const count = (n: number | bigint): string => n.toLocaleString(locale.value);

export function HouseRoom() {
  return (
    <>
      <State />
      <Parked />
      <Runs />
      <Erasures />
    </>
  );
}

/** Events a second between two looks; null before the second one, and where the house cannot tell. */
function rateOf(before: HouseState | null, state: HouseState | null): number | null {
  if (before === null || state === null || before.eventsRecorded === null || state.eventsRecorded === null) return null;
  const seconds = (Date.parse(state.at) - Date.parse(before.at)) / SECOND_MS;
  if (seconds <= 0) return null;
  return Number(BigInt(state.eventsRecorded) - BigInt(before.eventsRecorded)) / seconds;
}

function useRate(state: HouseState | null): number | null {
  const looks = useRef<Readonly<{ before: HouseState | null; last: HouseState | null }>>({ before: null, last: null });
  if (state !== looks.current.last) looks.current = { before: looks.current.last, last: state };
  return rateOf(looks.current.before, looks.current.last);
}

function State() {
  const { house } = deskWords.value;
  const { answer, failed, renew } = useAsked(houseState);
  useEvery(LOOK_EVERY_MS, renew);
  const rate = useRate(answer);
  if (answer === null) return failed ? <Failed renew={renew} /> : <div aria-busy="true" />;
  const slowest = answer.consumers.reduce((most, { lag }) => Math.max(most, lag ?? 0), 0);
  return (
    <>
      {failed && <Failed renew={renew} />}
      <p class="meta">
        <span class={failed ? 'live stale' : 'live'}>{failed ? house.asOf : words.value.live.live}</span>{' '}
        <Time at={answer.at} />
      </p>
      <dl class="kpis">
        <div>
          <dt>{house.throughput}</dt>
          <dd class="fig num" id="throughput">
            {rate === null ? '–' : rate.toLocaleString(locale.value, { maximumFractionDigits: 1 })}
          </dd>
        </div>
        <div>
          <dt>{house.lag}</dt>
          <dd class="fig num" id="lag">
            {count(slowest)}
          </dd>
        </div>
        <div>
          <dt>{house.recorded}</dt>
          <dd class="fig num" id="recorded">
            {answer.eventsRecorded === null ? '–' : count(BigInt(answer.eventsRecorded))}
          </dd>
        </div>
      </dl>
      <section class="section" aria-labelledby="consumers">
        <header>
          <h2 id="consumers">{house.consumers}</h2>
        </header>
        <Table
          caption={house.consumersCaption}
          heads={[house.name, figures(house.behind), figures(house.parked), house.moved]}
        >
          {answer.consumers.map(({ name, lag, parkedStreams: parked, movedAt }, n) => (
            <tr key={`${name}-${n}`}>
              <th scope="row" lang="en">
                {name}
              </th>
              <td class="end num">{lag === null ? '–' : count(lag)}</td>
              <td class="end num">{count(parked)}</td>
              <td>
                <Time at={movedAt} />
              </td>
            </tr>
          ))}
        </Table>
      </section>
    </>
  );
}

function Parked() {
  const { house } = deskWords.value;
  const { answer, failed, renew } = useAsked(parkedStreams);
  useEvery(LOOK_EVERY_MS, renew);
  const [told, setTold] = useState('');
  const again = async (consumer: string, streamId: string): Promise<void> => {
    const result = await replay(consumer, streamId).catch((error: unknown) =>
      problemOf(error, words.value.problem.notAnswered),
    );
    if (typeof result === 'string') setTold(result);
    else if (result.status === 'REPLAYED') setTold(house.replayed(result.events ?? 0));
    else if (result.status === 'NOT_PARKED') setTold(house.notParked);
    else setTold(`${house.stillPoisoned} ${result.reason ?? ''}`);
    renew();
  };
  return (
    <section class="section" aria-labelledby="parked">
      <header>
        <h2 id="parked">{house.parked}</h2>
      </header>
      {failed && <Failed renew={renew} />}
      <p role="status">{told}</p>
      {answer?.length === 0 && <p class="meta">{house.parkedNone}</p>}
      {answer !== null && answer.length > 0 && (
        <Table
          caption={house.parkedCaption}
          heads={[
            house.stream,
            house.name,
            house.event,
            house.why,
            figures(house.waiting),
            deskWords.value.when,
            deskWords.value.people.actions,
          ]}
        >
          {answer.map((row) => (
            <tr key={`${row.consumer}-${row.streamId}`}>
              <th scope="row" class="code">
                {row.streamId}
              </th>
              <td lang="en">{row.consumer}</td>
              <td lang="en">
                {row.eventType} {row.revision}
              </td>
              <td lang="en" class="words">
                {row.reason}
              </td>
              <td class="end num">{count(row.waiting)}</td>
              <td>
                <Time at={row.parkedAt} />
              </td>
              <td>
                <button class="btn small" type="button" onClick={() => void again(row.consumer, row.streamId)}>
                  {house.replay}
                </button>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Runs() {
  const { house } = deskWords.value;
  const kind = RUN_KINDS.find((one) => one === query.value.get('runs')) ?? null;
  const { answer, failed, renew } = useAsked(() => runs(kind), kind ?? '');
  useEvery(LOOK_SELDOM_MS, renew);
  return (
    <section class="section" aria-labelledby="runs">
      <header>
        <h2 id="runs">{house.runs}</h2>
      </header>
      <nav class="seg" aria-label={house.runs}>
        <a href="/desk/house" aria-current={kind === null ? 'page' : undefined}>
          {house.anyRun}
        </a>
        {RUN_KINDS.map((one) => (
          <a key={one} href={`/desk/house?runs=${one}`} aria-current={one === kind ? 'page' : undefined}>
            {house.runKinds[one]}
          </a>
        ))}
      </nav>
      {failed && <Failed renew={renew} />}
      {answer?.length === 0 && <p class="meta">{house.noRuns}</p>}
      {answer !== null && answer.length > 0 && (
        <Table
          caption={house.runsCaption}
          heads={[house.kind, house.state, house.covers, deskWords.value.when, figures(house.took), house.did]}
        >
          {answer.map((run) => (
            <RunRow key={run.runId} run={run} />
          ))}
        </Table>
      )}
    </section>
  );
}

const RunRow = ({ run }: Readonly<{ run: Run }>) => {
  const { house } = deskWords.value;
  const isBad = run.state === 'FAILED' || run.state === 'INTERRUPTED';
  return (
    <tr>
      <th scope="row">{house.runKinds[run.kind]}</th>
      <td>
        <span class={`badge ${isBad ? 'out' : ''}`}>{house.states[run.state]}</span>
      </td>
      <td>
        <Time at={run.coversFrom} /> – <Time at={run.coversTo} />
      </td>
      <td>
        <Time at={run.startedAt} />
      </td>
      <td class="end num">
        {run.endedAt === null ? '–' : spanText(Date.parse(run.endedAt) - Date.parse(run.startedAt))}
      </td>
      <td lang="en" class="words">
        {run.problem ?? run.counts.map(({ name, value }) => `${name} ${value ?? ''}`).join(', ')}
      </td>
    </tr>
  );
};

function Erasures() {
  const { house } = deskWords.value;
  const { answer, failed, renew } = useAsked(erasedUsers);
  return (
    <section class="section" aria-labelledby="erasures">
      <header>
        <h2 id="erasures">{house.erasures}</h2>
      </header>
      {failed && <Failed renew={renew} />}
      {answer !== null && (
        <>
          <p>{house.erased(answer.length)}</p>
          <p class="meta">{house.erasedHint}</p>
          {answer.length > 0 && (
            <details class="more">
              <summary>{house.show}</summary>
              <ul role="list" class="code">
                {answer.map((id) => (
                  <li key={id}>{id}</li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}
