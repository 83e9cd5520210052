// A chart: its title says the finding, its picture is for eyes, and the same figures stand in a table for everybody.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { figures, Table } from '../parts/table.js';
import { figureWords } from '../words/figure-words.js';
import { language } from '../words/words.js';
import { type Cell, csvOf } from './csv.js';
import { keep } from './keep.js';
import { type Plotted, plot } from './plot.js';

export type Column = Readonly<{ name: string; isFigure?: boolean }>;
/** A row of the table: what is shown, and what the file says. */
export type Row = Readonly<{ key: string; shown: readonly ComponentChildren[]; raw: readonly Cell[] }>;
export type Tabled = Readonly<{ columns: readonly Column[]; rows: readonly Row[] }>;

export type CardParts = Readonly<{
  title: string;
  /** What is measured, with its unit. */
  unit: string;
  /** The chart in a sentence. */
  says: string;
  table: Tabled;
  plotted?: Plotted;
  wide?: 'w4' | 'w8' | 'w12';
  children?: ComponentChildren;
}>;

const fileName = (title: string): string => `${title.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.csv`;

export function Csv({ name, table }: Readonly<{ name: string; table: Tabled }>) {
  const press = (): void =>
    keep(
      fileName(name),
      csvOf(
        table.columns.map((column) => column.name),
        table.rows.map(({ raw }) => raw),
      ),
    );
  return (
    <button class="btn bare small" type="button" onClick={press}>
      {figureWords.value.csv} <span class="hide">{name}</span>
    </button>
  );
}

export const Rows = ({ caption, table }: Readonly<{ caption: string; table: Tabled }>) => (
  <Table
    caption={caption}
    heads={table.columns.map(({ name, isFigure }) => (isFigure === true ? figures(name) : name))}
  >
    {table.rows.map(({ key, shown }) => (
      <tr key={key}>
        {shown.map((cell, n) => {
          const align = table.columns[n]?.isFigure === true ? 'end num' : undefined;
          return n === 0 ? (
            <th scope="row" class={align} key={n}>
              {cell}
            </th>
          ) : (
            <td class={align} key={n}>
              {cell}
            </td>
          );
        })}
      </tr>
    ))}
  </Table>
);

export function ChartCard({ title, unit, says, table, plotted, wide, children }: CardParts) {
  const id = useId();
  const said = figureWords.value;
  const isEmpty = table.rows.length === 0;
  return (
    <section class={`chart ${wide ?? ''}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="meta">{unit}</p>
      {plotted !== undefined && plotted.lines.length > 1 && (
        <ul role="list" class="legend">
          {plotted.lines.map(({ label, isSecond }) => (
            <li key={label}>
              <svg viewBox="0 0 24 12" aria-hidden="true" focusable="false">
                <path class={isSecond === true ? 's2l' : 's1l'} d="M0 6H24" />
              </svg>
              {label}
            </li>
          ))}
        </ul>
      )}
      {isEmpty ? (
        <p class="meta">{said.nothing}</p>
      ) : (
        <>
          {plotted !== undefined && <Canvas plotted={plotted} says={says} />}
          {children}
          <details class="more">
            <summary>{said.asTable}</summary>
            <Rows caption={`${said.tableOf}: ${title}`} table={table} />
            <Csv name={title} table={table} />
          </details>
        </>
      )}
    </section>
  );
}

function Canvas({ plotted, says }: Readonly<{ plotted: Plotted; says: string }>) {
  const into = useRef<HTMLDivElement>(null);
  const key = JSON.stringify([plotted.labels, plotted.lines, language.value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is plotted is compared by what it says.
  useEffect(() => (into.current === null ? undefined : plot(into.current, plotted)), [key]);
  return <div class="plot" role="img" aria-label={says} ref={into} />;
}

export type Bar = Readonly<{ name: ComponentChildren; key: string; share: number; figure: string }>;

/** Bars that lie: shares by name, the longest first. */
export const Bars = ({ bars, says }: Readonly<{ bars: readonly Bar[]; says: string }>) => (
  <ul role="list" class="bars" aria-label={says}>
    {bars.map(({ name, key, share, figure }) => (
      <li key={key}>
        <span>{name}</span>
        <span class="num strong">{figure}</span>
        <meter min={0} max={1} value={share} aria-hidden="true" />
      </li>
    ))}
  </ul>
);
