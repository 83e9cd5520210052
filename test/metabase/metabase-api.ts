// The requests that we send to Metabase, restated from the description that Metabase publishes of its API (OpenAPI, release
// 0.63: served at /api/docs/openapi.json, and in its repository). Stricter than theirs: a field that we send without need is
// refused as well, so a misspelt name cannot hide. The workflow in .github compares this with the real server's description.
import { z } from 'zod';

const positive = z.int().min(1);
const text = z.string().min(1);
const json = z.json();

/** `parameter`: id and type are needed; `target` says what of a card it fills in. */
const parameter = z.strictObject({
  id: text,
  type: z.enum(['date/single', 'string/=']),
  name: z.string(),
  slug: z.string(),
  sectionId: text.optional(),
  isMultiSelect: z.boolean().optional(),
  target: z.tuple([z.literal('variable'), z.tuple([z.literal('template-tag'), text])]).optional(),
  values_query_type: z.enum(['list', 'search', 'none']).optional(),
  values_source_type: z.enum(['static-list', 'card']).nullish(),
  values_source_config: z
    .strictObject({ card_id: positive, value_field: z.tuple([z.literal('field'), text, z.record(z.string(), json)]) })
    .optional(),
});
const parameterMapping = z.strictObject({
  parameter_id: text,
  card_id: positive.nullish(),
  target: z.tuple([z.literal('variable'), z.tuple([z.literal('template-tag'), text])]),
});
const templateTag = z.strictObject({
  id: z.uuid(),
  name: text,
  'display-name': text,
  type: z.enum(['text', 'number', 'date', 'dimension', 'card', 'snippet']),
  required: z.boolean(),
});
const card = z.strictObject({
  name: text,
  description: text,
  display: text,
  collection_id: positive,
  dataset_query: z.strictObject({
    type: z.literal('native'),
    database: positive,
    native: z.strictObject({ query: text, 'template-tags': z.record(z.string(), templateTag) }),
  }),
  parameters: z.array(parameter),
  visualization_settings: z.record(z.string(), json),
});
/** `dashcards`: unique ids, a new card has a negative one; places are whole numbers on the grid. */
const dashcard = z.looseObject({
  id: z.int(),
  size_x: positive,
  size_y: positive,
  row: z.int().min(0),
  col: z.int().min(0),
  card_id: positive.nullable(),
  parameter_mappings: z.array(parameterMapping).nullish(),
  series: z.array(z.object()).nullish(),
});
const database = z.strictObject({
  name: text,
  engine: z.literal('postgres'),
  details: z.strictObject({
    host: text,
    port: positive,
    dbname: text,
    user: text,
    password: text,
    ssl: z.boolean(),
    'ssl-mode': text.optional(),
    'schema-filters-type': z.enum(['all', 'inclusion', 'exclusion']),
    'schema-filters-patterns': text,
  }),
});
const dashboard = z.strictObject({
  name: text,
  description: z.string(),
  collection_id: positive,
  collection_position: positive,
});

type Request = Readonly<{ query: readonly string[]; body: z.ZodType | null }>;

/** By method and path, `{id}` for a number: the query parameters that must be there, and the body. */
export const REQUESTS: Readonly<Record<string, Request>> = {
  'GET /api/health': { query: [], body: null },
  'GET /api/session/properties': { query: [], body: null },
  'POST /api/session': { query: [], body: z.strictObject({ username: text, password: text }) },
  'DELETE /api/session': { query: [], body: null },
  'POST /api/setup': {
    query: [],
    body: z.strictObject({
      token: text,
      user: z.strictObject({ email: z.email(), password: text, first_name: text, last_name: text }),
      prefs: z.strictObject({ site_name: text, site_locale: text }),
    }),
  },
  'GET /api/database': {
    query: [
      'include_analytics',
      'saved',
      'include_editable_data_model',
      'exclude_uneditable_details',
      'include_only_uploadable',
    ],
    body: null,
  },
  'POST /api/database': {
    query: [],
    body: database.extend({
      is_full_sync: z.boolean(),
      is_on_demand: z.boolean(),
      connection_source: z.enum(['admin', 'setup']),
    }),
  },
  'GET /api/database/{id}': { query: [], body: null },
  'PUT /api/database/{id}': { query: [], body: database },
  'GET /api/collection': { query: ['archived', 'exclude-other-user-collections', 'personal-only'], body: null },
  'POST /api/collection': {
    query: [],
    body: z.strictObject({ name: text, description: text, parent_id: positive.nullable() }),
  },
  'GET /api/collection/{id}/items': {
    query: ['models', 'archived', 'include_can_run_adhoc_query', 'show_dashboard_questions'],
    body: null,
  },
  'GET /api/collection/graph': { query: [], body: null },
  'PUT /api/collection/graph': {
    query: ['force', 'skip-graph'],
    body: z.strictObject({ revision: z.int(), groups: z.record(z.string(), z.record(z.string(), text)) }),
  },
  'GET /api/permissions/group': { query: [], body: null },
  'POST /api/permissions/group': { query: [], body: z.strictObject({ name: text }) },
  'GET /api/permissions/graph': { query: [], body: null },
  'PUT /api/permissions/graph': {
    query: ['skip-graph', 'force'],
    body: z.strictObject({
      revision: z.int(),
      groups: z.record(
        z.string(),
        z.record(
          z.string(),
          z.strictObject({
            'view-data': z.literal('unrestricted'),
            'create-queries': z.enum(['no', 'query-builder', 'query-builder-and-native']),
          }),
        ),
      ),
    }),
  },
  'POST /api/card': { query: [], body: card },
  'GET /api/card/{id}': { query: [], body: null },
  'PUT /api/card/{id}': { query: [], body: card },
  'POST /api/dashboard': { query: [], body: dashboard },
  'GET /api/dashboard/{id}': { query: [], body: null },
  'PUT /api/dashboard/{id}': {
    query: [],
    body: dashboard.extend({
      parameters: z.array(parameter.loose()),
      dashcards: z
        .array(dashcard)
        .refine((cards) => new Set(cards.map(({ id }) => id)).size === cards.length, 'ids must be unique'),
      tabs: z.array(z.looseObject({ id: z.int(), name: text })).optional(),
    }),
  },
};
