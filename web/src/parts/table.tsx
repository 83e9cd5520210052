// A table that scrolls sideways within itself, and is reached by the keyboard for that.
import type { ComponentChildren } from 'preact';

type TableParts = Readonly<{
  caption: string;
  heads: readonly (string | Readonly<{ text: string; isEnd: true }>)[];
  /** The rows. */
  children: ComponentChildren;
}>;

/** The head of a column of figures, which stand at the end edge. */
export const figures = (text: string) => ({ text, isEnd: true }) as const;

export const Table = ({ caption, heads, children }: TableParts) => (
  <section class="scroll" tabIndex={0} aria-label={caption}>
    <table class="table">
      <caption class="hide">{caption}</caption>
      <thead>
        <tr>
          {heads.map((head) =>
            typeof head === 'string' ? (
              <th scope="col" key={head}>
                {head}
              </th>
            ) : (
              <th scope="col" class="end" key={head.text}>
                {head.text}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
);
