// People: found by name, id or status; verified, suspended, rated, erased.
import { useState } from 'preact/hooks';
import { person } from '../house/session.js';
import { Act } from '../parts/act.js';
import { useAsked } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { figures, Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { go, query } from '../router.js';
import { deskWords } from '../words/desk-words.js';
import { type Account, erase, rate, reinstate, suspend, type UsersAsked, users, verify } from './questions.js';

const STATUSES = ['ACTIVE', 'SUSPENDED', 'ERASED'] as const;

function askedBy(search: URLSearchParams): UsersAsked {
  const text = search.get('text')?.trim() ?? '';
  const status = STATUSES.find((one) => one === search.get('status'));
  return { ...(text !== '' && { text }), ...(status !== undefined && { status }) };
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  const asked = new URLSearchParams([...form.entries()].map(([name, value]) => [name, String(value)]));
  go(`/desk/people?${asked}`);
}

export function PeopleRoom() {
  const { people } = deskWords.value;
  const search = query.value;
  return (
    <>
      <form class="filters" role="search" aria-label={people.go} onSubmit={submit} key={search.toString()}>
        <div class="field">
          <label for="text">{people.find}</label>
          <input class="input" id="text" name="text" type="search" defaultValue={search.get('text') ?? ''} />
        </div>
        <div class="field">
          <label for="status">{people.status}</label>
          <select class="input" id="status" name="status">
            <option value="">{people.any}</option>
            {STATUSES.map((status) => (
              <option key={status} value={status} selected={status === search.get('status')}>
                {people.statuses[status]}
              </option>
            ))}
          </select>
        </div>
        <button class="btn" type="submit">
          {people.go}
        </button>
      </form>
      <Found asked={askedBy(search)} key={search.toString()} />
    </>
  );
}

function Found({ asked }: Readonly<{ asked: UsersAsked }>) {
  const desk = deskWords.value;
  const { people } = desk;
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  // Every page that is shown is asked for anew together: what was done to somebody shows wherever that row is.
  const load = async () => {
    const pages = await Promise.all(cursors.map((cursor) => users(asked, cursor)));
    return { rows: pages.flatMap(({ rows }) => rows), next: pages.at(-1)?.next ?? null };
  };
  const { answer, failed, renew } = useAsked(load, `${cursors.length}`);
  const [before, setBefore] = useState(answer);
  if (answer !== null && answer !== before) setBefore(answer);
  const shown = answer ?? before;
  if (failed) return <Failed renew={renew} />;
  if (shown === null) return <div aria-busy="true" />;
  return (
    <>
      {shown.rows.length === 0 ? (
        <p class="empty">{shown.next === null ? people.none : people.further}</p>
      ) : (
        <Table
          caption={people.caption}
          heads={[people.name, people.status, people.verified, figures(people.rating), people.since, people.actions]}
        >
          {shown.rows.map((row) => (
            <Row key={row.userId} row={row} renew={renew} />
          ))}
        </Table>
      )}
      {shown.next !== null && (
        <button class="btn more-rows" type="button" onClick={() => setCursors([...cursors, shown.next])}>
          {desk.more}
        </button>
      )}
    </>
  );
}

const SHOWN = 8;

function Row({ row, renew }: Readonly<{ row: Account; renew: () => void }>) {
  const { people } = deskWords.value;
  const name = row.username ?? `…${row.userId.slice(-SHOWN)}`;
  return (
    <tr>
      <th scope="row" title={row.userId}>
        <bdi class="strong">{name}</bdi>
      </th>
      <td>
        <span class={`badge ${row.status === 'SUSPENDED' ? 'out' : ''}`}>{people.statuses[row.status]}</span>
      </td>
      <td>{row.isVerified ? people.yes : people.no}</td>
      <td class="end num">{row.rating}</td>
      <td>
        <Time at={row.registeredAt} />
      </td>
      <td>
        {row.status !== 'ERASED' && (
          <span class="acts">
            <Actions row={row} name={name} done={renew} />
          </span>
        )}
      </td>
    </tr>
  );
}

function Actions({ row, name, done }: Readonly<{ row: Account; name: string; done: () => void }>) {
  const { people } = deskWords.value;
  const { userId } = row;
  return (
    <>
      {!row.isVerified && (
        <Act
          label={people.verify}
          title={people.verifyAsk(name)}
          says={people.verifySays}
          run={() => verify({ userId })}
          done={done}
        />
      )}
      <Act
        label={people.rate}
        title={people.rateAsk(name)}
        says={people.rateSays}
        run={async (form) => {
          const score = String(form.get('score') ?? '').trim();
          return /^-?\d{1,6}$/.test(score) ? rate({ userId, rating: Number(score) }) : people.wrongScore;
        }}
        done={done}
      >
        <div class="field">
          <label for={`score-${userId}`}>{people.score}</label>
          <input class="input" id={`score-${userId}`} name="score" inputMode="numeric" defaultValue={`${row.rating}`} />
        </div>
      </Act>
      {row.status === 'SUSPENDED' ? (
        <Act
          label={people.reinstate}
          title={people.reinstateAsk(name)}
          says={people.reinstateSays}
          needsReason
          run={(_, reason) => reinstate({ userId, reason })}
          done={done}
        />
      ) : (
        <Act
          label={people.suspend}
          title={people.suspendAsk(name)}
          says={people.suspendSays}
          needsReason
          isStern
          run={(form, reason) => suspend({ userId, reason, voidBids: form.get('voidBids') !== null })}
          done={done}
        >
          <label class="check">
            <input type="checkbox" name="voidBids" />
            <span>{people.voidBids}</span>
          </label>
        </Act>
      )}
      {person.value?.roles.includes('admin') && (
        <Act
          label={people.erase}
          title={people.eraseAsk(name)}
          says={people.eraseSays}
          isStern
          run={() => erase({ userId })}
          done={done}
        />
      )}
    </>
  );
}
