// One fraud case: the claim as a "may", who is named and why, what has been done, and the decision.
import { useEffect, useRef, useState } from 'preact/hooks';
import { problemOf } from '../house/ask.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';
import { Act, afterwards } from '../parts/act.js';
import { useAsked } from '../parts/asked.js';
import { Icon } from '../parts/icon.js';
import { Failed } from '../parts/list-states.js';
import { PersonName } from '../parts/person-name.js';
import { figures, Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { deskWords } from '../words/desk-words.js';
import { locale, words } from '../words/words.js';
import { levelOf } from './fraud.js';
import { assignCase, CASES_LIVE, type CaseDetail, confirmCase, dismissCase, noteCase, oneCase } from './questions.js';

const scoreText = (score: number): string =>
  score.toLocaleString(locale.value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function Case({ id }: Readonly<{ id: string }>) {
  const { fraud } = deskWords.value;
  const { answer, failed, renew, again } = useAsked(async () => ({ found: await oneCase(id) }));
  useEffect(() => {
    const next = ({ fraudCaseChanged }: { fraudCaseChanged: { caseId: string } }): void => {
      if (fraudCaseChanged.caseId === id) renew();
    };
    return watch(CASES_LIVE, {}, { next, again });
  }, [id, renew, again]);
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true" />;
  if (answer.found === null) return <p class="empty">{fraud.none}</p>;
  return <Shown found={answer.found} renew={renew} />;
}

function Shown({ found, renew }: Readonly<{ found: CaseDetail; renew: () => void }>) {
  const { fraud } = deskWords.value;
  const { caseId, sellerId, status, assigneeId, openings } = found;
  return (
    <article class="case" aria-labelledby="case-name">
      <header>
        <p class="meta">
          {fraud.opened} <Time at={found.openedAt} />
          {openings > 1 && ` · ${fraud.again(openings)}`}
          {' · '}
          {assigneeId === null ? (
            fraud.noOne
          ) : (
            <>
              {fraud.worksOn} <Who id={assigneeId} />
            </>
          )}
        </p>
        <h2 id="case-name">
          {found.origin === 'SAMPLE' ? fraud.sampled : fraud.claim(found.named.length)} <PersonName id={sellerId} />
        </h2>
        <div class="note">
          <Icon name="info" />
          <p>{fraud.reasonToLook}</p>
        </div>
        <p class="acts">
          {status === 'OPEN' && assigneeId !== person.value?.userId && (
            <Immediate label={fraud.mine} run={() => assignCase({ caseId })} done={renew} />
          )}
          <a class="btn small" href={`/desk/lots?seller=${sellerId}`}>
            {fraud.lotsOf}
          </a>
        </p>
      </header>
      <Named found={found} />
      <Bonds found={found} />
      <History found={found} />
      {status === 'OPEN' ? <Decide caseId={caseId} renew={renew} /> : <Decided found={found} />}
    </article>
  );
}

/** A person of the staff: "you" for oneself, the house for none. */
function Who({ id }: Readonly<{ id: string | null }>) {
  const { you, theHouse } = deskWords.value;
  if (id === null) return <>{theHouse}</>;
  return id === person.value?.userId ? <>{you}</> : <PersonName id={id} />;
}

const Named = ({ found }: Readonly<{ found: CaseDetail }>) => {
  const { fraud } = deskWords.value;
  return (
    <section aria-labelledby="named">
      <h3 id="named">{fraud.accounts}</h3>
      <ul role="list" class="why">
        {found.named.map(({ bidderId, flaggedAuctions, auctions, score, reasons }) => (
          <li key={bidderId}>
            <span>
              <a href={`/desk/people?text=${bidderId}`}>
                <PersonName id={bidderId} />
              </a>{' '}
              <span class="meta">{fraud.flagged(flaggedAuctions, auctions)}</span>
            </span>
            <span class="num strong">
              {scoreText(score)} · {fraud.level[levelOf(score)]}
            </span>
            <meter min={0} max={1} value={score} aria-label={`${fraud.scored} ${scoreText(score)}`} />
            <ul class="reasons">
              {reasons.map((reason) => (
                <li key={reason}>{fraud.factors[reason] ?? reason}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
};

function Bonds({ found }: Readonly<{ found: CaseDetail }>) {
  const { fraud } = deskWords.value;
  if (found.bonds.length === 0) return null;
  return (
    <section aria-labelledby="bonds">
      <h3 id="bonds">{fraud.bonds}</h3>
      <Table caption={fraud.bondsCaption} heads={[fraud.pair, figures(fraud.together), figures(fraud.apart)]}>
        {found.bonds.map(({ first, second, together, apart }) => (
          <tr key={`${first}-${second}`}>
            <th scope="row">
              <PersonName id={first} /> · <PersonName id={second} />
            </th>
            <td class="end num">{together}</td>
            <td class="end num">{apart}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

const History = ({ found }: Readonly<{ found: CaseDetail }>) => {
  const { fraud } = deskWords.value;
  return (
    <section aria-labelledby="history">
      <h3 id="history">{fraud.history}</h3>
      <ol role="list" class="entries">
        {found.entries.map(({ revision, kind, byId, note, at }) => (
          <li key={revision}>
            <span class="meta">
              <Time at={at} /> · <Who id={byId} />
            </span>
            <span class="strong">{fraud.kinds[kind]}</span>
            {kind === 'ASSIGNED' && note !== null ? (
              <span>
                {fraud.to} <Who id={note} />
              </span>
            ) : (
              note !== null && (
                <p class="text">
                  <bdi>{note}</bdi>
                </p>
              )
            )}
          </li>
        ))}
      </ol>
    </section>
  );
};

type ImmediateParts = Readonly<{ label: string; run: () => Promise<string | null>; done: () => void }>;

/** A button that needs no second word. */
export function Immediate({ label, run, done }: ImmediateParts) {
  const [problem, setProblem] = useState<string | null>(null);
  const press = async (): Promise<void> => {
    const refused = await run().catch((error) => problemOf(error, words.value.problem.notAnswered));
    setProblem(refused);
    if (refused === null) afterwards(done);
  };
  return (
    <>
      <button class="btn small" type="button" onClick={() => void press()}>
        {label}
      </button>
      {problem !== null && (
        <span class="hint wrong" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}

/** Dismissing is as easy as acting, and both need a reason. */
function Decide({ caseId, renew }: Readonly<{ caseId: string; renew: () => void }>) {
  const desk = deskWords.value;
  const { fraud } = desk;
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const send = async (run: (text: string) => Promise<string | null>): Promise<void> => {
    const text = field.current?.value.trim() ?? '';
    if (text === '') {
      setProblem(words.value.ask.missing);
      field.current?.focus();
      return;
    }
    const refused = await run(text).catch((error) => problemOf(error, words.value.problem.notAnswered));
    setProblem(refused);
    if (refused !== null) return;
    if (field.current !== null) field.current.value = '';
    afterwards(renew);
  };
  return (
    <form class="decide" aria-labelledby="decision" onSubmit={(event) => event.preventDefault()}>
      <h3 id="decision">{fraud.decision}</h3>
      <div class="field">
        <label for="case-reason">{words.value.ask.reason}</label>
        <textarea
          class="input"
          id="case-reason"
          ref={field}
          rows={4}
          aria-describedby="case-reason-hint"
          aria-invalid={problem !== null}
        />
        <p class={problem === null ? 'hint' : 'hint wrong'} id="case-reason-hint" role="status">
          {problem ?? fraud.decisionHint}
        </p>
      </div>
      <div class="row">
        <button class="btn" type="button" onClick={() => void send((reason) => dismissCase({ caseId, reason }))}>
          {fraud.dismiss}
        </button>
        <button class="btn" type="button" onClick={() => void send((note) => noteCase({ caseId, note }))}>
          {fraud.note}
        </button>
        <Act
          label={fraud.confirm}
          title={fraud.confirmAsk}
          says={fraud.confirmSays}
          needsReason
          isStern
          run={(_, reason) => confirmCase({ caseId, reason })}
          done={renew}
        />
      </div>
      <p class="meta">{fraud.follows}</p>
    </form>
  );
}

const Decided = ({ found }: Readonly<{ found: CaseDetail }>) => (
  <section class="decide" aria-labelledby="decided">
    <h3 id="decided">{deskWords.value.fraud.decision}</h3>
    <p>
      {deskWords.value.fraud.queue[found.status]} · <Who id={found.decidedBy} />
      {found.decidedAt !== null && (
        <>
          {' · '}
          <Time at={found.decidedAt} />
        </>
      )}
    </p>
    <p class="text">
      <bdi>{found.decisionReason}</bdi>
    </p>
  </section>
);
