// What dashboards are filtered by: it stands in the address, so that it can be sent to somebody.
import { CURRENCY_DIGITS, type Currency, isCurrency } from '../../../src/domain/money.js';
import { houseTime } from '../house/clock.js';
import { go, path, query } from '../router.js';
import { figureWords } from '../words/figure-words.js';
import { dayBefore, dayOf, daysBetween } from './sums.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAYS_FIRST = 29;
/** What a chart of days can show. */
const DAYS_MAX = 400;

/** Days are UTC, both included. Amounts of different currencies are never added. */
export type Period = Readonly<{ from: string; to: string; currency: Currency; category: string | null }>;

/** `busiest` is the currency of an address that names none. */
export function periodOf(search: URLSearchParams, busiest: Currency): Period {
  const today = dayOf(houseTime());
  const day = (name: string): string | null => {
    const text = search.get(name) ?? '';
    return DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
  };
  const to = day('to') ?? today;
  const asked = day('from') ?? dayBefore(to, DAYS_FIRST);
  const days = daysBetween(asked, to);
  const from = days < 1 ? to : days > DAYS_MAX ? dayBefore(to, DAYS_MAX - 1) : asked;
  const code = search.get('currency') ?? '';
  const category = search.get('category')?.trim() ?? '';
  return { from, to, currency: isCurrency(code) ? code : busiest, category: category === '' ? null : category };
}

/** The address of the same dashboard, asked otherwise. */
export function asked(changes: Readonly<Record<string, string>>, at = path.value): string {
  const search = new URLSearchParams(query.value);
  for (const [name, value] of Object.entries(changes)) search.set(name, value);
  return `${at}?${search}`;
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  go(asked(Object.fromEntries([...form.entries()].map(([name, value]) => [name, String(value)]))));
}

export function PeriodForm({ period, isLive }: Readonly<{ period: Period; isLive: boolean }>) {
  const said = figureWords.value;
  return (
    <form class="filters" aria-label={said.show} onSubmit={submit} key={query.value.toString()}>
      {!isLive && (
        <>
          <div class="field">
            <label for="from">{said.from}</label>
            <input class="input" id="from" name="from" type="date" defaultValue={period.from} />
          </div>
          <div class="field">
            <label for="to">{said.to}</label>
            <input class="input" id="to" name="to" type="date" defaultValue={period.to} />
          </div>
        </>
      )}
      <div class="field">
        <label for="category">{said.category}</label>
        <input class="input" id="category" name="category" defaultValue={period.category ?? ''} />
      </div>
      <div class="field">
        <label for="currency">{said.currency}</label>
        <select class="input" id="currency" name="currency">
          {Object.keys(CURRENCY_DIGITS).map((code) => (
            <option key={code} selected={code === period.currency}>
              {code}
            </option>
          ))}
        </select>
      </div>
      <button class="btn" type="submit">
        {said.show}
      </button>
    </form>
  );
}
