// The counter of a sale in a hall: what was sold, to which paddle, what is due; payments taken and given back.
import { NotAnswered } from '../../house/ask.js';
import type { Sale } from '../../house/sales.js';
import { money } from '../../money.js';
import { Act } from '../../parts/act.js';
import { useAsked, useEvery } from '../../parts/asked.js';
import { Failed } from '../../parts/list-states.js';
import { PersonName } from '../../parts/person-name.js';
import { figures, Table } from '../../parts/table.js';
import { deskWords } from '../../words/desk-words.js';
import { locale } from '../../words/words.js';
import { type RefundReason, refund, type Transaction, takePayment, transactionsOf } from './counter-questions.js';
import { type HallLot, hallLots } from './questions.js';
import { usePaddles } from './use-hall.js';

/** Another counter may take a payment meanwhile. */
const AGAIN_MS = 5_000;
const REASONS = ['Returned', 'SaleCancelled', 'Chargeback'] as const satisfies readonly RefundReason[];

async function load(saleId: string) {
  const sold = (await hallLots(saleId)).filter(({ auction }) => auction?.status === 'SOLD');
  const transactions = await transactionsOf(new Set(sold.map(({ lotId }) => lotId)));
  return sold.flatMap((lot) => {
    const transaction = transactions.get(lot.lotId);
    return transaction === undefined ? [] : [{ lot, transaction }];
  });
}

export function Counter({ sale }: Readonly<{ sale: Sale }>) {
  const { counter } = deskWords.value.hall;
  const { answer, failed, renew } = useAsked(() => load(sale.saleId), sale.saleId);
  const paddles = usePaddles(sale.saleId);
  useEvery(AGAIN_MS, renew);
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true" />;
  if (answer.length === 0) return <p class="empty">{counter.none}</p>;
  return (
    <Table
      caption={counter.name}
      heads={[counter.lot, counter.paddle, counter.buyer, figures(counter.due), counter.status, counter.acts]}
    >
      {answer.map(({ lot, transaction }) => (
        <Row
          key={lot.lotId}
          lot={lot}
          transaction={transaction}
          paddle={paddles.get(transaction.buyerId)}
          renew={renew}
        />
      ))}
    </Table>
  );
}

type RowParts = Readonly<{ lot: HallLot; transaction: Transaction; paddle: number | undefined; renew: () => void }>;

function Row({ lot, transaction, paddle, renew }: RowParts) {
  const { counter } = deskWords.value.hall;
  const due = money(BigInt(transaction.amountDue), transaction.currency, locale.value, true);
  return (
    <tr>
      <th scope="row">
        <a href={`/desk/lots?id=${lot.lotId}`}>
          {lot.lotNumber} · <bdi>{lot.title}</bdi>
        </a>
      </th>
      <td class="num">{paddle ?? '–'}</td>
      <td>
        <PersonName id={transaction.buyerId} />
      </td>
      <td class="end num">
        <bdi>{due}</bdi>
      </td>
      <td>{counter.statuses[transaction.paymentStatus]}</td>
      <td>
        {(transaction.paymentStatus === 'DUE' || transaction.paymentStatus === 'OVERDUE') && (
          <Act
            label={counter.take}
            title={counter.takeAsk(due, lot.lotNumber)}
            says={counter.takeSays}
            run={(form) => withReference(form, (reference) => takePayment(transaction, reference))}
            done={renew}
          >
            <Reference id={lot.lotId} />
          </Act>
        )}
        {(transaction.paymentStatus === 'PAID' || transaction.paymentStatus === 'SETTLED') && (
          <Act
            label={counter.refund}
            title={counter.refundAsk(due, lot.lotNumber)}
            says={counter.refundSays}
            isStern
            run={(form) => withReference(form, (reference) => refund(transaction, reference, reasonIn(form)))}
            done={renew}
          >
            <Reference id={lot.lotId} />
            <div class="field">
              <label for={`${lot.lotId}-why`}>{counter.why}</label>
              <select class="input" id={`${lot.lotId}-why`} name="why">
                {REASONS.map((why) => (
                  <option key={why} value={why}>
                    {counter.reasons[why]}
                  </option>
                ))}
              </select>
            </div>
          </Act>
        )}
      </td>
    </tr>
  );
}

const Reference = ({ id }: Readonly<{ id: string }>) => (
  <div class="field">
    <label for={`${id}-reference`}>{deskWords.value.hall.counter.reference}</label>
    <input class="input" id={`${id}-reference`} name="reference" autocomplete="off" />
  </div>
);

function withReference(form: FormData, go: (reference: string) => Promise<string | null>): Promise<string | null> {
  const reference = String(form.get('reference') ?? '').trim();
  if (reference === '') return Promise.reject(new NotAnswered(deskWords.value.hall.counter.noReference, true));
  return go(reference);
}

const reasonIn = (form: FormData): RefundReason => REASONS.find((one) => one === form.get('why')) ?? 'Returned';
