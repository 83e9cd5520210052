// Silver and Gold as a page for analysts: a picture of the tables and what every column means, read from the database itself.
import { readFile, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { OperatorError } from '../runtime/operator-error.js';

export type TableColumn = Readonly<{ name: string; type: string; doc: string | null }>;
export type TableDoc = Readonly<{ schema: string; name: string; doc: string | null; columns: readonly TableColumn[] }>;
export type Reference = Readonly<{ table: string; column: string; refersTo: string; refersToColumn: string }>;

/** What the page is made of goes behind this line; what a person wrote stands before it. */
export const PAGE_MARK = '<!-- From here on written by `npm run -s gavel -- tables --write docs/data.md`. -->\n';

const TABLES = `
SELECT
  n.nspname AS schema, c.relname AS name, obj_description(c.oid, 'pg_class') AS doc,
  json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
    'doc', col_description(c.oid, a.attnum)) ORDER BY a.attnum) AS columns
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname IN ('silver', 'gold') AND c.relkind IN ('r', 'p', 'v', 'm')
GROUP BY n.nspname, c.relname, c.oid
ORDER BY n.nspname DESC, c.relname COLLATE "C"`;

/** Every table and view of the schemas `silver` and `gold`, with its comments. */
export async function readTables(database: pg.ClientConfig): Promise<readonly TableDoc[]> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query<TableDoc>(TABLES)).rows;
  } finally {
    await client.end();
  }
}

/** Which columns name a row of another table, as their comments say: `Refers to users.user_id.` */
export const referencesIn = (tables: readonly TableDoc[]): readonly Reference[] =>
  tables.flatMap(({ name, columns }) =>
    columns.flatMap(({ name: column, doc }) => {
      const [, refersTo, refersToColumn] = /\brefers to (\w+)\.(\w+)/i.exec(doc ?? '') ?? [];
      return refersTo === undefined || refersToColumn === undefined
        ? []
        : [{ table: name, column, refersTo, refersToColumn }];
    }),
  );

/** The page as Markdown. */
export function tablesPage(tables: readonly TableDoc[]): string {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  return ['## The tables\n', picture(tables), ...schemas.map((schema) => chapter(schema, tables))].join('\n');
}

/** Writes the page into a file, behind the mark. Refuses a file without it. */
export async function writeTablesPage(path: string, page: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const at = text.indexOf(PAGE_MARK);
  if (at < 0) throw new OperatorError(`${path} lacks the line that the tables go behind: ${PAGE_MARK.trim()}`);
  await writeFile(path, `${text.slice(0, at)}${PAGE_MARK}\n${page}`);
}

/** Every row with money refers to a currency: left out, for the lines would hide all others. */
function picture(tables: readonly TableDoc[]): string {
  const lines = referencesIn(tables).filter(({ refersTo }) => refersTo !== 'currencies');
  const shown = (table: string): readonly string[] => [
    ...new Set([
      ...lines.filter(({ refersTo }) => refersTo === table).map(({ refersToColumn }) => refersToColumn),
      ...lines.filter((line) => line.table === table).map(({ column }) => column),
    ]),
  ];
  const entities = tables.map(({ name, columns }) => {
    const named = columns.filter((column) => shown(name).includes(column.name));
    const rows = named.map((column) => `    ${typeName(column.type)} ${column.name}`);
    return rows.length === 0 ? `  ${name}` : [`  ${name} {`, ...rows, '  }'].join('\n');
  });
  const edges = lines.map(({ table, column, refersTo }) => `  ${table} }o--o| ${refersTo} : ${column}`);
  return ['```mermaid', 'erDiagram', ...entities, ...edges, '```', ''].join('\n');
}

function chapter(schema: string, tables: readonly TableDoc[]): string {
  const own = tables.filter((table) => table.schema === schema);
  return [`## ${schema}\n`, ...own.map(section)].join('\n');
}

const section = ({ schema, name, doc, columns }: TableDoc): string =>
  [
    `### ${schema}.${name}\n`,
    `${sentence(doc ?? '')}\n`,
    '| Column | Type | Meaning |',
    '|---|---|---|',
    ...columns.map((column) => `| \`${column.name}\` | ${typeName(column.type)} | ${sentence(column.doc ?? '')} |`),
    '',
  ].join('\n');

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replaceAll('|', '\\|');

const typeName = (type: string): string => type.replace('timestamp with time zone', 'timestamptz').replaceAll(' ', '_');
