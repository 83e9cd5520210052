// A list that finds nothing says why, where case or a near miss may be the cause: what was asked for, and what there is.
import type { Category } from '../../domain/category/category-tree.js';
import { askedForm, askedWords, searchForms } from '../../domain/text.js';
import type { ApiQueries } from '../api.deps.js';

type Asked = Readonly<{
  category?: string | undefined;
  /** The category of the house's tree that `category` names; absent for none. */
  inTree?: Category | null;
  text?: string | undefined;
  cursor?: string | undefined;
}>;

/** Categories that are looked at for a near miss, and those that are named. */
const CATEGORIES_MAX = 200;
const NAMED_MAX = 12;
const QUOTED_MAX = 60;

/**
 * One sentence or two about a first page without rows; null for any other page, and where there is nothing to say.
 * `isEmpty` tells of the page.
 */
export async function hintFor(
  { category, inTree = null, text, cursor }: Asked,
  isEmpty: boolean,
  queries: Pick<ApiQueries, 'categories'>,
): Promise<string | null> {
  if (!isEmpty || cursor !== undefined) return null;
  if (inTree !== null) return `Nothing in the category ${quoted(inTree.name)}, or below it, fits what was asked for.`;
  if (category !== undefined) {
    const known = oneOfEachForm(await queries.categories(CATEGORIES_MAX));
    const same = known.filter((name) => searchForms(name).includes(askedForm(category)));
    if (same.length === 0) return unknownCategory(category, known);
    return `There are auctions in the category ${listOf(same)}, but none that fits the other filters.`;
  }
  if (text === undefined) return null;
  const words = askedWords(text);
  const what = words.length === 1 ? 'the word' : 'all of the words';
  return `No auction here has ${what} ${listOf(words)}. Words are found whole, in any case; accents count where they are typed.`;
}

function unknownCategory(asked: string, known: readonly string[]): string {
  const sentence = `There is no category ${quoted(asked)}.`;
  if (known.length === 0) return `${sentence} Nothing has been listed yet.`;
  const near = known.filter((name) => isNear(askedForm(asked), askedForm(name)));
  if (near.length > 0) return `${sentence} Did you mean ${listOf(near)}?`;
  return `${sentence} There ${known.length === 1 ? 'is' : 'are'} ${listOf(known)}.`;
}

/** Categories that differ in case alone are one. */
const oneOfEachForm = (names: readonly string[]): readonly string[] => [
  ...new Map(names.map((name) => [askedForm(name), name])).values(),
];

/** As `"Clocks", "Coins" and 3 more`. */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).map(quoted).join(', ');
  return names.length <= NAMED_MAX ? shown : `${shown} and ${names.length - NAMED_MAX} more`;
}

const quoted = (name: string): string =>
  JSON.stringify(name.length <= QUOTED_MAX ? name : `${name.slice(0, QUOTED_MAX).toWellFormed()}…`);

/** One begins as the other does, or a third of the letters at most has to be changed. */
function isNear(asked: string, known: string): boolean {
  if (asked === '' || known.startsWith(asked) || asked.startsWith(known)) return true;
  return editDistance(asked, known) <= Math.max(asked.length, known.length) / 3;
}

/** Letters to add, drop or change on the way from one to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}
