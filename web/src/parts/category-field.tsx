// The category that a search asks for: one of the house's tree, or any word where the house has none.
import { type Category, categories } from '../house/auctions.js';
import { words } from '../words/words.js';
import { useAsked } from './asked.js';

/** A category by itself is told from one below by what stands before its name. */
const INDENT = '\u2003';

const depthOf = (rows: readonly Category[], { parent }: Category): number => {
  const above = rows.find(({ slug }) => slug === parent);
  return above === undefined ? 0 : 1 + depthOf(rows, above);
};

/** Each behind the one above it, those of one level by name. */
function inOrder(rows: readonly Category[], under: string | null = null): readonly Category[] {
  return rows
    .filter(({ parent }) => parent === under)
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((row) => [row, ...inOrder(rows, row.slug)]);
}

export function CategoryField({ asked }: Readonly<{ asked: string }>) {
  const { search } = words.value;
  const rows = useAsked(categories).answer ?? [];
  if (rows.length === 0)
    return (
      <div class="field">
        <label for="category">{search.category}</label>
        <input class="input" id="category" name="category" defaultValue={asked} />
      </div>
    );
  const isOther = asked !== '' && !rows.some(({ slug }) => slug === asked);
  return (
    <div class="field">
      <label for="category">{search.category}</label>
      <select class="input" id="category" name="category">
        <option value="">{search.everyCategory}</option>
        {isOther && (
          <option value={asked} selected>
            {asked}
          </option>
        )}
        {inOrder(rows).map((row) => (
          <option key={row.slug} value={row.slug} selected={row.slug === asked}>
            {INDENT.repeat(depthOf(rows, row)) + row.name}
          </option>
        ))}
      </select>
    </div>
  );
}
