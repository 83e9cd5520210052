// How figures are written, and what stands above every dashboard.

import { now } from '../house/clock.js';
import { digitsOf, money } from '../money.js';
import type { Asked } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { clockText } from '../times.js';
import { figureWords } from '../words/figure-words.js';
import { locale } from '../words/words.js';
import type { Table } from './questions.js';

export const whole = (figure: number | bigint): string => figure.toLocaleString(locale.value);
export const percent = (part: number | null): string =>
  part === null
    ? figureWords.value.none
    : part.toLocaleString(locale.value, { style: 'percent', maximumFractionDigits: 1 });
export const signed = (part: number | null): string | null =>
  part === null
    ? null
    : part.toLocaleString(locale.value, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' });
export const amount = (minor: bigint, currency: string): string => money(minor, currency, locale.value);
/** On an axis: whole units, short. */
export const axisAmount = (currency: string) => (minor: number) =>
  (minor / 10 ** digitsOf(currency)).toLocaleString(locale.value, { notation: 'compact', maximumFractionDigits: 1 });
export const axisWhole = (figure: number): string =>
  Number.isInteger(figure) ? figure.toLocaleString(locale.value, { notation: 'compact' }) : '';
export const dayText = (day: string): string =>
  new Date(day).toLocaleDateString(locale.value, { day: 'numeric', month: 'short', timeZone: 'UTC' });
/** An amount for a file: a decimal with a point. */
export const plainAmount = (minor: bigint, currency: string): string => {
  const places = digitsOf(currency);
  const text = (minor < 0n ? -minor : minor).toString().padStart(places + 1, '0');
  const shown = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
  return minor < 0n ? `-${shown}` : shown;
};

export type Kpi = Readonly<{ name: string; figure: string; hint?: string | null }>;
export const Kpis = ({ kpis }: Readonly<{ kpis: readonly Kpi[] }>) => (
  <dl class="kpis">
    {kpis.map(({ name, figure, hint }) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd class="fig num">
          <bdi>{figure}</bdi>
        </dd>
        <dd class="meta">{hint ?? ''}</dd>
      </div>
    ))}
  </dl>
);

/** When Gold was computed, that it is not, or that the house does not answer. */
export function Computed({ table, asked }: Readonly<{ table: Table<unknown> | null; asked: Asked<unknown> }>) {
  const said = figureWords.value;
  if (asked.failed) return <Failed renew={asked.renew} />;
  if (table === null) return <div aria-busy="true" />;
  const { lineage, isCut } = table;
  return (
    <>
      <p class={lineage === null ? 'note' : 'meta'}>
        {lineage === null
          ? said.notYet
          : said.computed(clockText(lineage.computedAt, now.value, locale.value), lineage.cut)}
      </p>
      {isCut && <p class="note warn">{said.isCut}</p>}
    </>
  );
}
