// Gold in the schema: a type and a page for each table, made of what sql/gold says of its columns, so that a column is
// described once. Whole numbers are text, as sums may pass what JavaScript counts exactly.
import {
  type GoldColumn,
  type GoldTable,
  type GoldTableName,
  goldFilters,
  goldTables,
} from '../../batch/gold/gold.queries.js';

const SCALARS: Readonly<Record<string, string>> = {
  bigint: 'Whole',
  numeric: 'Whole',
  integer: 'Int',
  date: 'Day',
  timestamptz: 'Time',
  uuid: 'ID',
  text: 'String',
};

const ARGUMENTS = {
  from: '"The first UTC day." from: Day',
  to: '"The last UTC day." to: Day',
  currency: 'currency: Currency',
  category: '"As the seller wrote it." category: String',
} as const;

/** `daily_revenue` as `dailyRevenue`. */
export const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const typeName = (table: GoldTableName): string => `${camel(table).replace(/^./, (first) => first.toUpperCase())}`;
const quoted = (text: string): string => JSON.stringify(text);

/** What a column is without a value, its meaning tells; test/api/gold.it.test.ts holds it against the tables. */
export const isNullable = (doc: string): boolean => /\bNULL\b/.test(doc);

const field = ({ name, type, doc }: GoldColumn): string =>
  `  ${quoted(doc)}\n  ${camel(name)}: ${name === 'currency' ? 'Currency' : SCALARS[type]}${isNullable(doc) ? '' : '!'}`;

const typesOf = (table: GoldTable): string => {
  const name = typeName(table.name);
  return [
    quoted(table.doc),
    `type ${name} {`,
    ...table.columns.map(field),
    '}',
    `type ${name}Page { rows: [${name}!]! next: String "Null before the first run." lineage: GoldLineage }`,
  ].join('\n');
};

export const GOLD_TYPES = `
"A whole number, exact, as a string of digits; negative ones begin with a minus sign. For code generators: string."
scalar Whole
"A day of UTC, as 2026-01-31. For code generators: string."
scalar Day

"What the rows were made of. With another runId than the page before, the table was computed anew between them."
type GoldLineage {
  runId: ID!
  computedAt: Time!
  "The position of the last event that the table counts."
  cut: String!
  "Manifests 1 to this one of the archive were read."
  parts: Whole!
  "SHA-256 of the last of them, which vouches for those before."
  manifestSha256: String!
  "A hash of the SQL and the thresholds."
  codeVersion: String!
  "SHA-256 of the Parquet file that the table is equal to."
  sha256: String!
}
${goldTables().map(typesOf).join('\n')}
`;

/** Their names in `Query`. */
export const GOLD_FIELDS: readonly string[] = goldTables().map(({ name }) => camel(name));

/** The fields of `Query`, with the arguments `page` after those of the table. */
export const goldFields = (page: string): string =>
  goldTables()
    .map(({ name, doc }) => {
      const filters = goldFilters(name).map((filter) => ARGUMENTS[filter]);
      return `  ${quoted(doc)}\n  ${camel(name)}(${[...filters, page].join(', ')}): ${typeName(name)}Page!`;
    })
    .join('\n');
