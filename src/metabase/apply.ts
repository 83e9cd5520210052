// `gavel metabase apply`: brings a Metabase to what metabase/ says, and touches nothing else. What is there is compared with
// what should be there, so a second run changes nothing. Ours is found by its name in our collections, and nothing is deleted.
import { z } from 'zod';
import { applyAccess } from './access.js';
import {
  cardBody,
  connectionOf,
  dashboardParameters,
  dashcardBodies,
  type Ids,
  type Json,
  type JsonObject,
  refreshText,
  textCard,
} from './bodies.js';
import type { MetabaseClient } from './client.js';
import { contains } from './contains.js';
import type { Dashboard, Definitions, Question } from './definitions.js';

export type Applied = Readonly<{
  /** One line for each thing that was made or changed, as `made the question "Outcomes"`. */
  changes: readonly string[];
  unchanged: number;
  /** Things in our collections that are not defined here: added by hand, or dropped from the definitions. */
  leftAlone: readonly string[];
  /** Where each dashboard is to be seen, below the server's address. */
  addresses: readonly Readonly<{ name: string; path: string }>[];
}>;

const DATABASE = 'Gavel';
const COLLECTION = 'Gavel';
const QUESTIONS = 'Questions';

const id = z.object({ id: z.int() });
const objects = z.array(z.looseObject({ id: z.number().or(z.string()), name: z.string().nullish() }));
const page = z.object({ data: objects });
const anything = z.looseObject({});
const dashboardAnswer = z.looseObject({
  parameters: z.array(z.looseObject({ id: z.string() })).nullish(),
  tabs: z.array(z.looseObject({ id: z.int() })).nullish(),
  dashcards: z.array(z.looseObject({ id: z.int(), card_id: z.int().nullish() })),
});

/** Applies the definitions. The client is signed in as an administrator; `database` is how Metabase reaches Silver and Gold. */
export async function applyDefinitions(
  client: MetabaseClient,
  definitions: Definitions,
  database: URL,
): Promise<Applied> {
  return new Application(client, definitions).run(database);
}

class Application {
  private readonly changes: string[] = [];
  private unchanged = 0;
  private readonly cards = new Map<string, number>();

  constructor(
    private readonly client: MetabaseClient,
    private readonly definitions: Definitions,
  ) {}

  async run(connection: URL): Promise<Applied> {
    const database = await this.database(connection);
    const collection = await this.collection(COLLECTION, null);
    const questions = await this.collection(QUESTIONS, collection);
    this.count(await applyAccess(this.client, { database: database.id, isNew: database.isNew, collection, questions }));

    const cards = await this.itemsOf(questions, 'card');
    for (const question of this.inOrder()) await this.question(question, cards, { database: database.id, questions });
    const dashboards = await this.itemsOf(collection, 'dashboard');
    const addresses = [];
    for (const [index, dashboard] of this.definitions.dashboards.entries()) {
      const ids = { database: database.id, collection, cards: this.cards };
      const made = await this.dashboard(dashboard, dashboards.get(dashboard.name), { ids, position: index + 1 });
      const refresh = dashboard.refreshSeconds === undefined ? '' : `#refresh=${dashboard.refreshSeconds}`;
      addresses.push({ name: dashboard.name, path: `/dashboard/${made}${refresh}` });
    }
    const ours = new Set(
      [...this.definitions.questions.values(), ...this.definitions.dashboards].map(({ name }) => name),
    );
    const leftAlone = [...cards.keys(), ...dashboards.keys()].filter((name) => !ours.has(name));
    return { changes: this.changes, unchanged: this.unchanged, leftAlone, addresses };
  }

  /** Questions that filters are chosen from come first: the others name their cards. */
  private inOrder(): readonly Question[] {
    const { filters, questions } = this.definitions;
    const choices = new Set([...filters.values()].flatMap((filter) => filter.choices?.question ?? []));
    const all = [...questions.values()];
    return [...all.filter(({ slug }) => choices.has(slug)), ...all.filter(({ slug }) => !choices.has(slug))];
  }

  private count(changes: readonly string[]): void {
    if (changes.length === 0) this.unchanged += 1;
    else this.changes.push(...changes);
  }

  private async database(connection: URL): Promise<Readonly<{ id: number; isNew: boolean }>> {
    const all = await this.client.get(
      '/api/database?include_analytics=false&saved=false&include_editable_data_model=false&exclude_uneditable_details=false&include_only_uploadable=false',
      page,
    );
    const found = all.data.find(({ name }) => name === DATABASE);
    const body = { name: DATABASE, engine: 'postgres', details: connectionOf(connection) };
    if (found === undefined) {
      const kind = { is_full_sync: true, is_on_demand: false, connection_source: 'admin' };
      const made = await this.client.post('/api/database', { ...body, ...kind }, id);
      this.count([`made the database "${DATABASE}"`]);
      return { id: made.id, isNew: true };
    }
    const number = Number(found.id);
    const { password: _password, ...shown } = body.details;
    // Metabase does not tell passwords: a changed one alone is not seen.
    const now = await this.client.get(`/api/database/${number}`, anything);
    if (contains(now, { ...body, details: shown })) this.count([]);
    else {
      await this.client.put(`/api/database/${number}`, body, anything);
      this.count([`changed the database "${DATABASE}"`]);
    }
    return { id: number, isNew: false };
  }

  private async collection(name: string, parent: number | null): Promise<number> {
    const all =
      parent === null
        ? await this.client.get(
            '/api/collection?archived=false&exclude-other-user-collections=true&personal-only=false',
            objects,
          )
        : [...(await this.itemsOf(parent, 'collection')).values()];
    const isTop = (one: (typeof all)[number]): boolean =>
      parent !== null || ((one['location'] ?? '/') === '/' && one['personal_owner_id'] == null);
    const found = all.find((one) => one.name === name && isTop(one));
    if (found !== undefined) {
      this.count([]);
      return Number(found.id);
    }
    const body = {
      name,
      description: 'Made from files: what is changed here by hand is changed back.',
      parent_id: parent,
    };
    const made = await this.client.post('/api/collection', body, id);
    this.count([`made the collection "${name}"`]);
    return made.id;
  }

  /** What a collection holds of one kind, by name. */
  private async itemsOf(
    collection: number,
    model: string,
  ): Promise<ReadonlyMap<string, { id: number | string; name?: string | null | undefined; [key: string]: unknown }>> {
    const path = `/api/collection/${collection}/items?models=${model}&archived=false&include_can_run_adhoc_query=false&show_dashboard_questions=false`;
    const { data } = await this.client.get(path, page);
    return new Map(data.map((item) => [item.name ?? '', item]));
  }

  private async question(
    question: Question,
    present: ReadonlyMap<string, { id: number | string }>,
    { database, questions }: Readonly<{ database: number; questions: number }>,
  ): Promise<void> {
    const body = cardBody(question, this.definitions, { database, collection: questions, cards: this.cards });
    const found = present.get(question.name);
    if (found === undefined) {
      const made = await this.client.post('/api/card', body, id);
      this.cards.set(question.slug, made.id);
      return this.count([`made the question "${question.name}"`]);
    }
    const number = Number(found.id);
    this.cards.set(question.slug, number);
    // Since release 57 a card is told in a newer form of its query; we speak the older one, which it takes and can tell.
    const now = await this.client.get(`/api/card/${number}?legacy-mbql=true`, anything);
    if (contains(now, body)) return this.count([]);
    await this.client.put(`/api/card/${number}`, body, anything);
    return this.count([`changed the question "${question.name}"`]);
  }

  /** Its own cards and filters are brought to where they belong; others that people have added stay as they are. */
  private async dashboard(
    dashboard: Dashboard,
    found: Readonly<{ id: number | string }> | undefined,
    { ids, position }: Readonly<{ ids: Ids; position: number }>,
  ): Promise<number> {
    const { name, description } = dashboard;
    const head = { name, description, collection_id: ids.collection, collection_position: position };
    const number = found === undefined ? (await this.client.post('/api/dashboard', head, id)).id : Number(found.id);
    const now = await this.client.get(`/api/dashboard/${number}`, dashboardAnswer);
    const parameters = dashboardParameters(dashboard, this.definitions, ids);
    const wanted = dashcardBodies(dashboard, this.definitions, ids);
    const seconds = dashboard.refreshSeconds;
    const texts = seconds === undefined ? [] : [textCard(refreshText(number, seconds))];
    const placed = place([...texts, ...wanted], now);
    const others = (now.parameters ?? []).filter(
      (one) => !parameters.some((own) => own['id'] === one.id),
    ) as JsonObject[];
    const body = { ...head, parameters: [...parameters, ...others], dashcards: placed };
    if (found !== undefined && contains(now, body)) {
      this.count([]);
      return number;
    }
    const tabs = now.tabs == null || now.tabs.length === 0 ? {} : { tabs: now.tabs as JsonObject[] };
    await this.client.put(`/api/dashboard/${number}`, { ...body, ...tabs }, anything);
    this.count([`${found === undefined ? 'made' : 'changed'} the dashboard "${name}"`]);
    return number;
  }
}

type Shown = z.infer<typeof dashboardAnswer>;
type Dashcard = Shown['dashcards'][number];

/**
 * The dashboard's cards as they should be: ours with the ids that they have there (a new one has a negative number), in the
 * order in which the server tells them, and whatever else is there as it is.
 */
function place(wanted: readonly JsonObject[], { dashcards, tabs }: Shown): readonly JsonObject[] {
  const firstTab = tabs?.[0]?.id ?? null;
  const isSame = (own: JsonObject) => (card: Dashcard) =>
    own['card_id'] === null ? isRefreshText(card) : card.card_id === own['card_id'];
  const kept = dashcards.map((card) => {
    const own = wanted.find((one) => isSame(one)(card));
    return own === undefined ? (card as JsonObject) : { ...own, id: card.id, dashboard_tab_id: tabOf(card) };
  });
  const added = wanted
    .filter((own) => !dashcards.some(isSame(own)))
    .map((own, index) => ({ ...own, id: -1 - index, dashboard_tab_id: firstTab }));
  return [...kept, ...added];
}

const tabOf = (card: Dashcard): Json => (card['dashboard_tab_id'] ?? null) as Json;

/** The line that refreshes, whatever its pace was. */
function isRefreshText(card: Dashcard): boolean {
  const { text } = (card['visualization_settings'] ?? {}) as { text?: unknown };
  return card.card_id == null && typeof text === 'string' && text.includes('#refresh=');
}
