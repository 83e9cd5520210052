// The audit log: who of the staff did what, to what, when and why. More of it is asked for as its end comes into view.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAsked } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { PersonName } from '../parts/person-name.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { go, query } from '../router.js';
import { deskWords } from '../words/desk-words.js';
import { type AuditAsked, type AuditEntry, auditLog, users } from './questions.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const NAME_PAGES_MAX = 10;
const AHEAD = '400px';

/** The person of an id, or of a username as it is written, whatever its case; null where there is none. */
async function personOf(text: string): Promise<string | null> {
  if (ID.test(text.toLowerCase())) return text.toLowerCase();
  let cursor: string | null = null;
  for (let page = 0; page < NAME_PAGES_MAX; page++) {
    const found: Awaited<ReturnType<typeof users>> = await users({ text }, cursor);
    const named = found.rows.find(({ username }) => username?.toLowerCase() === text.toLowerCase());
    if (named !== undefined) return named.userId;
    cursor = found.next;
    if (cursor === null) return null;
  }
  return null;
}

/** The day of whoever looks, from midnight to midnight. */
function timesOf(day: string): Pick<AuditAsked, 'from' | 'to'> {
  const [from, to] = [new Date(`${day}T00:00`), new Date(`${day}T00:00`)];
  if (!DAY.test(day) || Number.isNaN(from.getTime())) return {};
  to.setDate(to.getDate() + 1);
  return { from: from.toISOString(), to: to.toISOString() };
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  const asked = [...form.entries()].map(([name, value]) => [name, String(value).trim()]);
  go(`/desk/audit?${new URLSearchParams(asked.filter(([, value]) => value !== ''))}`);
}

export function AuditRoom() {
  const { audit } = deskWords.value;
  const search = query.value;
  const key = search.toString();
  return (
    <>
      <p class="meta">{audit.lead}</p>
      <form class="filters" role="search" aria-label={audit.go} onSubmit={submit} key={key}>
        <div class="field">
          <label for="actor">{audit.actor}</label>
          <input class="input" id="actor" name="actor" type="search" defaultValue={search.get('actor') ?? ''} />
        </div>
        <div class="field">
          <label for="act">{audit.act}</label>
          <select class="input" id="act" name="act">
            <option value="">{audit.anyAct}</option>
            {Object.entries(audit.acts)
              .sort(([, one], [, other]) => one.localeCompare(other))
              .map(([act, words]) => (
                <option key={act} value={act} selected={act === search.get('act')}>
                  {words}
                </option>
              ))}
          </select>
        </div>
        <div class="field">
          <label for="day">{audit.day}</label>
          <input class="input" id="day" name="day" type="date" defaultValue={search.get('day') ?? ''} />
        </div>
        <button class="btn" type="submit">
          {audit.go}
        </button>
        {key !== '' && <a href="/desk/audit">{audit.clear}</a>}
      </form>
      <Asked search={search} key={`asked ${key}`} />
    </>
  );
}

/** Finds out whose acts are meant, and shows them. */
function Asked({ search }: Readonly<{ search: URLSearchParams }>) {
  const { audit } = deskWords.value;
  const [actor, act] = [search.get('actor')?.trim() ?? '', search.get('act') ?? ''];
  const { answer, failed, renew } = useAsked(async () => ({ actorId: actor === '' ? null : await personOf(actor) }));
  if (failed) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true" />;
  if (actor !== '' && answer.actorId === null) return <p class="empty">{audit.nobodyOf}</p>;
  const asked = { actorId: answer.actorId, act: act === '' ? null : act, ...timesOf(search.get('day') ?? '') };
  return <Found asked={asked} />;
}

type Loaded = Readonly<{ rows: readonly AuditEntry[]; next: string | null }>;

function Found({ asked }: Readonly<{ asked: AuditAsked }>) {
  const { audit, more, when } = deskWords.value;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [failed, setFailed] = useState(false);
  const isAsking = useRef(false);
  const load = async (): Promise<void> => {
    if (isAsking.current) return;
    isAsking.current = true;
    const [page] = await Promise.allSettled([auditLog(asked, loaded?.next ?? null)]);
    isAsking.current = false;
    setFailed(page.status === 'rejected');
    if (page.status === 'rejected') return;
    const { rows, next } = page.value;
    setLoaded((before) => ({ rows: [...(before?.rows ?? []), ...rows], next }));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is another list.
  useEffect(() => void load(), []);
  if (loaded === null) return failed ? <Failed renew={load} /> : <div aria-busy="true" />;
  if (loaded.rows.length === 0) return <p class="empty">{audit.none}</p>;
  return (
    <>
      <Table caption={audit.caption} heads={[when, audit.what, audit.who, audit.about, audit.why, audit.event]}>
        {loaded.rows.map((entry) => (
          <Row key={`${entry.streamId}/${entry.revision}`} entry={entry} />
        ))}
      </Table>
      {failed && <Failed renew={load} />}
      {loaded.next !== null && !failed && <MoreRows key={loaded.next} label={more} load={load} />}
    </>
  );
}

/** Asks for more when it comes into view; a button, for whoever goes by the keyboard. */
function MoreRows({ label, load }: Readonly<{ label: string; load: () => Promise<void> }>) {
  const button = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has a button of its own.
  useEffect(() => {
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) void load();
      },
      { rootMargin: AHEAD },
    );
    if (button.current !== null) seen.observe(button.current);
    return () => seen.disconnect();
  }, []);
  return (
    <button class="btn more-rows" type="button" ref={button} onClick={() => void load()}>
      {label}
    </button>
  );
}

const SHOWN = 8;

function Row({ entry }: Readonly<{ entry: AuditEntry }>) {
  const { audit } = deskWords.value;
  const { at, act, detail, reason, streamId, revision } = entry;
  return (
    <tr>
      <td>
        <Time at={at} />
      </td>
      <th scope="row">
        {audit.acts[act] ?? act}
        {detail !== null && (
          <span lang="en" class="meta">
            {' '}
            <bdi>{detail}</bdi>
          </span>
        )}
      </th>
      <td>
        <Who entry={entry} />
      </td>
      <td>
        <Subject of={entry.subject} />
      </td>
      <td>{reason !== null && <bdi>{reason}</bdi>}</td>
      <td>
        <bdi class="num" title={audit.onRecord(streamId, revision)}>
          …{streamId.slice(-SHOWN)}/{revision}
        </bdi>
      </td>
    </tr>
  );
}

function Who({ entry: { actorId, account } }: Readonly<{ entry: AuditEntry }>) {
  const { audit, theHouse } = deskWords.value;
  if (actorId === null) return <>{account === null ? theHouse : audit.account(account)}</>;
  return (
    <a href={`/desk/audit?actor=${actorId}`}>
      <PersonName id={actorId} />
    </a>
  );
}

const PAGES: Readonly<Record<string, string>> = {
  auction: '/desk/lots?id=',
  user: '/desk/people?text=',
  case: '/desk/fraud?case=',
  sale: '/sales/',
};

/** The page of what it was done to, where it has one: most events that an entry names are told there. */
function Subject({ of }: Readonly<{ of: string }>) {
  const [, kind = '', id = ''] = /^(\w+)-(.{36})$/.exec(of) ?? [];
  const page = PAGES[kind];
  if (page === undefined) return <bdi lang="en">{of}</bdi>;
  return (
    <a href={`${page}${id}`}>
      <bdi title={of}>
        {kind}-…{id.slice(-SHOWN)}
      </bdi>
    </a>
  );
}
