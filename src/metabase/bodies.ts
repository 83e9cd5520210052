// What Metabase is told: cards, dashboards and a connection as the bodies of its API, made from the definitions. The same
// definitions give the same bodies, ids of filters and tags included.
import { createHash } from 'node:crypto';
import type { Dashboard, Definitions, Filter, Question } from './definitions.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Where the cards live, once that is known: Metabase gives out the numbers. */
export type Ids = Readonly<{ database: number; collection: number; cards: ReadonlyMap<string, number> }>;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Eight hexadecimal digits, as Metabase makes them up for filters. */
const filterId = (slug: string): string => digest(`filter ${slug}`).slice(0, 8);
/** A UUID of version 8, the same for the same tag of the same question. */
const tagId = (question: string, tag: string): string =>
  digest(`${question} ${tag}`).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-8$3-8$4-$5');

/** The body that makes or changes a question. Its filters' choices need cards that exist already. */
export function cardBody(question: Question, { filters }: Definitions, ids: Ids): JsonObject {
  const taken = question.filters.flatMap((slug) => filters.get(slug) ?? []);
  const tags = taken.map(({ slug, name, type }) => [
    slug,
    { id: tagId(question.slug, slug), name: slug, 'display-name': name, type, required: false },
  ]);
  return {
    name: question.name,
    description: question.description,
    display: question.display,
    collection_id: ids.collection,
    dataset_query: {
      type: 'native',
      database: ids.database,
      native: { query: question.sql, 'template-tags': Object.fromEntries(tags) },
    },
    parameters: taken.map((filter) => ({
      ...parameterOf(filter, ids.cards, tagId(question.slug, filter.slug)),
      target: ['variable', ['template-tag', filter.slug]],
    })),
    visualization_settings: settingsOf(question),
  };
}

/** A filter as a parameter of a card or a dashboard. */
function parameterOf({ slug, name, type, choices }: Filter, cards: Ids['cards'], id: string): JsonObject {
  const common = { id, name, slug, type: type === 'date' ? 'date/single' : 'string/=' };
  if (type === 'date') return { ...common, sectionId: 'date' };
  const text = { ...common, sectionId: 'string', isMultiSelect: false };
  const card = choices === undefined ? undefined : cards.get(choices.question);
  if (choices === undefined || card === undefined) return text;
  return {
    ...text,
    values_query_type: 'list',
    values_source_type: 'card',
    values_source_config: { card_id: card, value_field: ['field', choices.column, { 'base-type': 'type/Text' }] },
  };
}

function settingsOf({ axes, display, money, percent }: Question): JsonObject {
  const columns = Object.fromEntries([
    // Two digits for every currency: yen then end in .00, and cents are never cut.
    ...money.map((column) => [columnKey(column), { number_style: 'decimal', decimals: 2 }]),
    ...percent.map((column) => [columnKey(column), { suffix: '%' }]),
  ]);
  const chart = (): JsonObject => {
    if (axes === undefined) return {};
    if (display === 'pie') return { 'pie.dimension': axes.x[0] ?? '', 'pie.metric': axes.y[0] ?? '' };
    return { 'graph.dimensions': axes.x, 'graph.metrics': axes.y };
  };
  return { ...chart(), ...(Object.keys(columns).length > 0 ? { column_settings: columns } : {}) };
}

const columnKey = (column: string): string => JSON.stringify(['name', column]);

/** The filters of a dashboard. */
export const dashboardParameters = (dashboard: Dashboard, { filters }: Definitions, ids: Ids): readonly JsonObject[] =>
  dashboard.filters.flatMap((slug) => {
    const filter = filters.get(slug);
    return filter === undefined ? [] : [parameterOf(filter, ids.cards, filterId(slug))];
  });

/** The cards of a dashboard as `dashcards`, but for their ids: where they lie, what filters them, where a click leads. */
export const dashcardBodies = (dashboard: Dashboard, definitions: Definitions, ids: Ids): readonly JsonObject[] =>
  dashboard.cards.flatMap(({ question: slug, at: [col, row, size_x, size_y] }) => {
    const question = definitions.questions.get(slug);
    const card = ids.cards.get(slug);
    if (question === undefined || card === undefined) return [];
    const mappings = dashboard.filters
      .filter((filter) => question.filters.includes(filter))
      .map((filter) => ({
        parameter_id: filterId(filter),
        card_id: card,
        target: ['variable', ['template-tag', filter]],
      }));
    const click = clickOf(question, dashboard, { definitions, ids });
    return [
      {
        card_id: card,
        row,
        col,
        size_x,
        size_y,
        series: [],
        parameter_mappings: mappings,
        visualization_settings: click,
      },
    ];
  });

/** A click hands on what the clicked row says, and whatever else the dashboard is filtered by just now. */
function clickOf(
  { drill, display, axes }: Question,
  dashboard: Dashboard,
  { definitions, ids }: Readonly<{ definitions: Definitions; ids: Ids }>,
): JsonObject {
  const target = drill === undefined ? undefined : definitions.questions.get(drill.to);
  const card = drill === undefined ? undefined : ids.cards.get(drill.to);
  if (drill === undefined || target === undefined || card === undefined) return {};
  const mapping = target.filters.flatMap((tag): readonly (readonly [tag: string, source: JsonObject])[] => {
    const column = drill.pass[tag];
    const id = filterId(tag);
    if (column !== undefined) return [[tag, { type: 'column', id: column, name: column }]];
    if (dashboard.filters.includes(tag)) return [[tag, { type: 'parameter', id, name: tag }]];
    return [];
  });
  const behavior: JsonObject = {
    type: 'link',
    linkType: 'question',
    targetId: card,
    parameterMapping: Object.fromEntries(
      mapping.map(([tag, source]) => [tag, { id: tag, source, target: { type: 'variable', id: tag } }]),
    ),
  };
  if (display !== 'table') return { click_behavior: behavior };
  // In a table a click belongs to a column: all those that are handed on, or that a chart would have as its axis.
  const columns = [...Object.values(drill.pass), ...(axes?.x ?? [])];
  return {
    column_settings: Object.fromEntries(columns.map((column) => [columnKey(column), { click_behavior: behavior }])),
  };
}

/** The line above a dashboard that refreshes: Metabase takes the pace from the address only. */
export const refreshText = (dashboardId: number, seconds: number): string =>
  `[Refresh every ${seconds} seconds](/dashboard/${dashboardId}#refresh=${seconds})`;

/** A text on a dashboard, over its whole width. */
export const textCard = (text: string): JsonObject => ({
  card_id: null,
  row: 0,
  col: 0,
  size_x: 24,
  size_y: 1,
  series: [],
  parameter_mappings: [],
  visualization_settings: {
    virtual_card: { name: null, display: 'text', visualization_settings: {}, dataset_query: {}, archived: false },
    'dashcard.background': false,
    text,
  },
});

/** How Metabase is to reach the database: a URL as `postgres://user:password@host:port/name?sslmode=require`. */
export function connectionOf(url: URL): JsonObject {
  const tls = (url.searchParams.get('sslmode') ?? 'disable') !== 'disable';
  return {
    host: url.hostname,
    port: Number(url.port || '5432'),
    dbname: url.pathname.slice(1),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ssl: tls,
    ...(tls ? { 'ssl-mode': url.searchParams.get('sslmode') ?? 'require' } : {}),
    'schema-filters-type': 'inclusion',
    'schema-filters-patterns': 'silver,gold',
  };
}
