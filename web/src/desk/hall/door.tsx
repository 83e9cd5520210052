// The door of a sale in a hall: who has which paddle, who waits for one, and commissions that come in by letter or telephone.
import { useState } from 'preact/hooks';
import { NotAnswered } from '../../house/ask.js';
import type { Sale } from '../../house/sales.js';
import { money, typed } from '../../money.js';
import { Act } from '../../parts/act.js';
import { useAsked, useEvery } from '../../parts/asked.js';
import { Failed } from '../../parts/list-states.js';
import { PersonName } from '../../parts/person-name.js';
import { figures, Table } from '../../parts/table.js';
import { deskWords } from '../../words/desk-words.js';
import { locale } from '../../words/words.js';
import { users } from '../questions.js';
import { givePaddle, leaveCommission } from './counter-questions.js';
import { type HallPaddle, hallLots, hallPaddles } from './questions.js';

const AGAIN_MS = 15_000;

export function Door({ sale }: Readonly<{ sale: Sale }>) {
  const { door } = deskWords.value.hall;
  const { answer, failed, renew } = useAsked(() => hallPaddles(sale.saleId), sale.saleId);
  useEvery(AGAIN_MS, renew);
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true" />;
  const byNumber = answer.toSorted((a, b) => (a.paddle ?? 0) - (b.paddle ?? 0));
  return (
    <>
      <p class="acts">
        <Commission sale={sale} />
      </p>
      <CheckIn sale={sale} paddles={answer} renew={renew} />
      <section class="section" aria-labelledby="paddles">
        <header>
          <h2 id="paddles">{door.paddles}</h2>
        </header>
        {answer.length === 0 ? (
          <p class="empty">{door.none}</p>
        ) : (
          <Table
            caption={door.caption}
            heads={[figures(door.paddle), door.name, door.status, figures(door.limit), door.acts]}
          >
            {byNumber.map((row) => (
              <tr key={row.bidderId}>
                <th scope="row" class="end num">
                  {row.paddle ?? '–'}
                </th>
                <td>
                  <PersonName id={row.bidderId} />
                </td>
                <td>{door.statuses[row.status]}</td>
                <td class="end num">{row.biddingLimit === null ? '–' : <bdi>{amount(row.biddingLimit, sale)}</bdi>}</td>
                <td>{row.status !== 'GIVEN' && <Give sale={sale} bidderId={row.bidderId} renew={renew} />}</td>
              </tr>
            ))}
          </Table>
        )}
      </section>
    </>
  );
}

const amount = (minor: string, { currency }: Sale): string => money(BigInt(minor), currency, locale.value);

/** An amount that was typed, in minor units as the API takes it; null where the field was left empty. */
function amountIn(form: FormData, name: string, { currency }: Sale): string | null {
  const text = String(form.get(name) ?? '').trim();
  if (text === '') return null;
  const minor = typed(text, currency, locale.value);
  if (minor === null) throw new NotAnswered(deskWords.value.hall.problems['no-amount'].join('. '), true);
  return minor.toString();
}

type GiveParts = Readonly<{ sale: Sale; bidderId: string; renew: () => void }>;

function Give({ sale, bidderId, renew }: GiveParts) {
  const { door } = deskWords.value.hall;
  return (
    <Act
      label={door.give}
      title={door.giveAsk}
      says={door.giveSays}
      run={async (form) => givePaddle(sale.saleId, bidderId, amountIn(form, 'limit', sale))}
      done={renew}
    >
      <div class="field">
        <label for={`limit-${bidderId}`}>{door.limit}</label>
        <input class="input" id={`limit-${bidderId}`} name="limit" inputMode="decimal" autocomplete="off" />
      </div>
    </Act>
  );
}

/** Finds somebody by name or id, and gives a paddle. */
function CheckIn({
  sale,
  paddles,
  renew,
}: Readonly<{ sale: Sale; paddles: readonly HallPaddle[]; renew: () => void }>) {
  const { door } = deskWords.value.hall;
  const [text, setText] = useState('');
  const { answer } = useAsked(async () => (text === '' ? [] : (await users({ text }, null)).rows), text);
  const has = new Set(paddles.filter(({ status }) => status === 'GIVEN').map(({ bidderId }) => bidderId));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setText(String(form.get('who') ?? '').trim());
  };
  return (
    <section class="section" aria-labelledby="check-in">
      <header>
        <h2 id="check-in">{door.checkIn}</h2>
      </header>
      <form class="filters" role="search" aria-label={door.checkIn} onSubmit={submit}>
        <div class="field">
          <label for="who">{door.find}</label>
          <input class="input" id="who" name="who" type="search" />
        </div>
        <button class="btn" type="submit">
          {door.go}
        </button>
      </form>
      {text !== '' && answer?.length === 0 && <p class="empty">{door.nobody}</p>}
      <ul class="found" role="list">
        {(answer ?? []).map(({ userId, username }) => (
          <li key={userId}>
            <bdi class="strong">{username}</bdi>{' '}
            {has.has(userId) ? (
              <span class="badge">{door.statuses.GIVEN}</span>
            ) : (
              <Give sale={sale} bidderId={userId} renew={renew} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Commission({ sale }: Readonly<{ sale: Sale }>) {
  const { door, problems } = deskWords.value.hall;
  const run = async (form: FormData): Promise<string | null> => {
    const [number, paddle] = [String(form.get('lot') ?? '').trim(), Number(form.get('paddle'))];
    const lot = (await hallLots(sale.saleId)).find(({ lotNumber }) => lotNumber === number);
    if (lot === undefined) return door.noLot;
    if (!Number.isSafeInteger(paddle) || paddle < 1) return problems['no-paddle'].join('. ');
    const maximum = amountIn(form, 'maximum', sale);
    if (maximum === null) return problems['no-amount'].join('. ');
    return leaveCommission({ auctionId: lot.lotId, paddle, amount: maximum, currency: sale.currency });
  };
  const field = (name: 'lot' | 'paddle' | 'maximum', label: string) => (
    <div class="field">
      <label for={`commission-${name}`}>{label}</label>
      <input class="input" id={`commission-${name}`} name={name} autocomplete="off" />
    </div>
  );
  return (
    <Act label={door.commission} title={door.commissionAsk} says={door.commissionSays} run={run} done={() => undefined}>
      {field('paddle', door.paddle)}
      {field('lot', door.lotNumber)}
      {field('maximum', door.maximum)}
    </Act>
  );
}
