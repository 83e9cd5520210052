// The little language of Metabase's SQL: {{tag}} is a value that somebody gives, and [[…]] is left out where a value in it
// is not given. Metabase fills it in itself; what is here reads the tags, and fills in the same way for checks.

const TAG = /\{\{\s*(\w+)\s*\}\}/g;
const OPTIONAL = /\[\[([\s\S]*?)\]\]/g;

/** The names of all values that a question's SQL takes, each once, in the order in which they appear. */
export const tagsIn = (sql: string): readonly string[] => [
  ...new Set([...sql.matchAll(TAG)].map(([, name = '']) => name)),
];

/** The names of those that must be given: they stand outside of [[…]]. */
export const requiredTagsIn = (sql: string): readonly string[] => tagsIn(sql.replace(OPTIONAL, ''));

/** A statement for PostgreSQL with these values given, and its parameters. Throws where a value is missing that must be given. */
export function filledIn(
  sql: string,
  given: Readonly<Record<string, string>>,
): Readonly<{ text: string; values: readonly string[] }> {
  const names = Object.keys(given);
  const chosen = sql.replace(OPTIONAL, (_, inner: string) =>
    tagsIn(inner).every((tag) => names.includes(tag)) ? inner : '',
  );
  const used = tagsIn(chosen);
  const values = used.map((tag) => {
    const value = given[tag];
    if (value === undefined) throw new Error(`{{${tag}}} must be given: it stands outside of [[…]]`);
    return value;
  });
  return { text: chosen.replace(TAG, (_, name: string) => `$${used.indexOf(name) + 1}`), values };
}
