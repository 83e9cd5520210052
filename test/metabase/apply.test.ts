// `gavel metabase apply` against a fake that refuses whatever the published description of the API does not have.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { registerMetabase } from '../../src/cli/metabase.command.js';
import { loadDefinitions } from '../../src/metabase/definitions.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { FakeMetabase } from './fake-metabase.js';

const databaseUrl = new URL('postgres://metabase_reader:not-a-secret@postgres:5432/gavel');
const definitions = loadDefinitions('metabase');

let fake: FakeMetabase;
let scratch: Scratch;
beforeEach(async () => {
  fake = await FakeMetabase.start();
  scratch = scratchDirectory('metabase');
  cpSync('metabase', scratch.path, { recursive: true });
});
afterEach(async () => {
  await fake.close();
  scratch.remove();
});

async function apply(settings: object = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  const metabase = { url: fake.url, email: 'admin@house.example', password: 'not-a-secret', databaseUrl, ...settings };
  const program = new Command().exitOverride();
  registerMetabase(program, {
    config: () => ({ metabase }),
    runtime: new SystemRuntime(),
    print: (line) => lines.push(line),
  });
  await program.parseAsync(['metabase', 'apply', '--from', scratch.path], { from: 'user' });
  return lines;
}

const named = (things: readonly Record<string, unknown>[], name: string) =>
  things.find((one) => one['name'] === name) as any;
const edit = (file: string, change: (text: string) => string) => {
  const path = join(scratch.path, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};

describe('on a new Metabase', () => {
  it('makes the account, the database, collections, readers, all questions and four dashboards', async () => {
    const lines = await apply();
    expect(fake.account).toEqual({ email: 'admin@house.example', password: 'not-a-secret' });
    expect(fake.databases.map(({ name }) => name)).toEqual(['Gavel']);
    expect(fake.collections.map(({ name, location }) => [name, location])).toEqual([
      ['Gavel', '/'],
      ['Questions', `/${fake.collections[0]?.id}/`],
    ]);
    expect(fake.cards.map(({ name }) => name).sort()).toEqual(
      [...definitions.questions.values()].map(({ name }) => name).sort(),
    );
    expect(fake.dashboards.map(({ name }) => name).sort()).toEqual([
      'Auction Performance',
      'Executive Summary',
      'Real-Time Monitor',
      'User Analytics',
    ]);
    expect(lines.at(-5)).toMatch(/^\d+ made or changed, 0 as they should be$/);
    expect(lines.filter((line) => line.includes('/dashboard/'))).toHaveLength(4);
    expect(lines.find((line) => line.startsWith('Real-Time Monitor'))).toMatch(/#refresh=60$/);
  });

  it('connects each filter of a dashboard with the questions that take it, and with no other', async () => {
    await apply();
    const { parameters, dashcards } = named(fake.dashboards, 'Executive Summary');
    expect(parameters.map(({ slug, type }: any) => [slug, type])).toEqual([
      ['from', 'date/single'],
      ['to', 'date/single'],
      ['category', 'string/='],
      ['currency', 'string/='],
      ['sale', 'string/='],
    ]);
    const currencies = named(fake.cards, 'Currencies').id;
    expect(parameters[3].values_source_config.card_id).toBe(currencies);
    for (const { card_id, parameter_mappings } of dashcards) {
      const { dataset_query } = fake.cards.find(({ id }) => id === card_id) as any;
      const taken = Object.keys(dataset_query.native['template-tags']);
      const mapped = parameter_mappings.map(({ target }: any) => target[1][1]);
      expect(mapped.sort()).toEqual(taken.filter((tag) => parameters.some(({ slug }: any) => slug === tag)).sort());
    }
  });

  it('leads from a figure to its rows, with what was clicked and what the dashboard is filtered by', async () => {
    await apply();
    const outcomes = named(fake.cards, 'Outcomes').id;
    const { dashcards, parameters } = named(fake.dashboards, 'Auction Performance');
    const click = dashcards.find(({ card_id }: any) => card_id === outcomes).visualization_settings.click_behavior;
    expect(click.targetId).toBe(named(fake.cards, 'Auctions, row by row').id);
    expect(click.parameterMapping.outcome).toEqual({
      id: 'outcome',
      source: { type: 'column', id: 'outcome', name: 'outcome' },
      target: { type: 'variable', id: 'outcome' },
    });
    const from = parameters.find(({ slug }: any) => slug === 'from');
    expect(click.parameterMapping.from.source).toEqual({ type: 'parameter', id: from.id, name: 'from' });
  });

  it('lets readers look and change nothing, and everybody else see nothing of ours', async () => {
    await apply();
    const readers = named(fake.groups, 'Gavel readers').id;
    const [top, below] = fake.collections.map(({ id }) => id);
    expect(fake.seen[readers]).toEqual({ [`${top}`]: 'read', [`${below}`]: 'read' });
    expect(fake.seen[1]).toEqual({ [`${top}`]: 'none', [`${below}`]: 'none' });
    const database = fake.databases[0]?.id;
    for (const group of [readers, 1])
      expect(fake.asked[group]).toEqual({ [`${database}`]: { 'view-data': 'unrestricted', 'create-queries': 'no' } });
  });
});

describe('a second run', () => {
  it('changes nothing', async () => {
    await apply();
    const before = fake.writes.length;
    const lines = await apply();
    expect(fake.writes.slice(before)).toEqual([]);
    expect(lines[0]).toMatch(/^0 made or changed, \d+ as they should be$/);
  });

  it('changes a question whose SQL changed, in place, and nothing else', async () => {
    await apply();
    const { id } = named(fake.cards, 'Outcomes');
    edit('questions/outcomes.sql', (sql) => `-- What became of them.\n${sql}`);
    const before = fake.writes.length;
    expect((await apply())[0]).toBe('changed the question "Outcomes"');
    expect(fake.writes.slice(before)).toEqual(['PUT /api/card/{id}']);
    expect(named(fake.cards, 'Outcomes').id).toBe(id);
    expect(named(fake.cards, 'Outcomes').dataset_query.native.query).toMatch(/^-- What became/);
  });

  it('moves a card of a dashboard, and keeps its id there', async () => {
    await apply();
    const outcomes = named(fake.cards, 'Outcomes').id;
    const cardOf = () =>
      named(fake.dashboards, 'Auction Performance').dashcards.find(({ card_id }: any) => card_id === outcomes);
    const { id } = cardOf();
    edit('dashboards/auction-performance.yaml', (yaml) => yaml.replace('at: [0, 0, 8, 7]', 'at: [0, 0, 7, 7]'));
    const before = fake.writes.length;
    await apply();
    expect(fake.writes.slice(before)).toEqual(['PUT /api/dashboard/{id}']);
    expect(cardOf()).toMatchObject({ id, size_x: 7 });
  });

  it('changes back what was changed by hand', async () => {
    await apply();
    named(fake.cards, 'Outcomes').display = 'table';
    expect((await apply())[0]).toBe('changed the question "Outcomes"');
    expect(named(fake.cards, 'Outcomes').display).toBe('pie');
  });

  it('keeps what people added: a card, a filter, a tab, a question, a grant', async () => {
    await apply();
    const dashboard = named(fake.dashboards, 'User Analytics');
    const [, below] = fake.collections;
    const card = { id: fake.nextId(), name: 'My own question', collection_id: below?.id };
    fake.cards.push(card);
    const [tab, filter] = [
      { id: 7, name: 'Mine' },
      { id: 'mine', type: 'string/=', name: 'Mine', slug: 'mine' },
    ];
    const own = { id: fake.nextId(), card_id: card.id, row: 40, col: 0, size_x: 6, size_y: 4, dashboard_tab_id: 7 };
    dashboard.tabs.push(tab);
    dashboard.parameters.push(filter);
    dashboard.dashcards.unshift(own);
    fake.asked[1] = {
      [`${fake.databases[0]?.id}`]: { 'view-data': 'unrestricted', 'create-queries': 'query-builder' },
    };
    expect(await apply()).toContain('left alone: "My own question", which is not defined here');
    edit('dashboards/user-analytics.yaml', (yaml) => yaml.replace('tiers of sellers', 'tiers of all sellers'));
    await apply();
    expect(dashboard.description).toMatch(/tiers of all sellers/);
    expect(dashboard.tabs).toEqual([tab]);
    expect(dashboard.parameters).toContainEqual(filter);
    expect(dashboard.dashcards).toContainEqual(expect.objectContaining(own));
    expect(fake.cards).toContain(card);
    expect(JSON.stringify(fake.asked[1])).toMatch(/query-builder/);
  });

  it('puts back a card that was taken off, on the first tab where there are tabs', async () => {
    await apply();
    const dashboard = named(fake.dashboards, 'User Analytics');
    dashboard.tabs.push({ id: 7, name: 'First' });
    for (const card of dashboard.dashcards) card.dashboard_tab_id = 7;
    const [gone] = dashboard.dashcards.splice(0, 1);
    expect((await apply())[0]).toBe('changed the dashboard "User Analytics"');
    expect(dashboard.dashcards).toContainEqual(
      expect.objectContaining({ card_id: gone.card_id, row: gone.row, dashboard_tab_id: 7 }),
    );
  });

  it('tells Metabase of another address of the database', async () => {
    await apply();
    const elsewhere = new URL('postgres://metabase_reader:not-a-secret@db.example:5433/gavel?sslmode=require');
    expect((await apply({ databaseUrl: elsewhere }))[0]).toBe('changed the database "Gavel"');
    expect(fake.databases[0]?.['details']).toMatchObject({
      host: 'db.example',
      port: 5433,
      ssl: true,
      'ssl-mode': 'require',
    });
  });
});

describe('what goes wrong', () => {
  it('is told in a sentence without the password', async () => {
    await apply();
    const failed = apply({ password: 'wrong-one' });
    await expect(failed).rejects.toThrow(
      'Metabase answered POST /api/session with 401: "did not match stored password"',
    );
    await expect(failed).rejects.not.toThrow(/wrong-one/);
  });

  it('names the settings that are missing', async () => {
    await expect(apply({ databaseUrl: null })).rejects.toThrow(
      /needs GAVEL_METABASE_URL, .*GAVEL_METABASE_DATABASE_URL/,
    );
  });

  it.each([
    [
      'questions/outcomes.sql',
      (text: string) => `${text} {{nobody}}`,
      /outcomes: \{\{nobody\}\} is not in filters.yaml/,
    ],
    ['questions/outcomes.sql', (text: string) => `${text} {{from}}`, /\{\{from\}\} stands outside of/],
    [
      'questions/outcomes.yaml',
      (text: string) => text.replace('auction-rows', 'nowhere'),
      /leads to nowhere, which is no question/,
    ],
    [
      'questions/outcomes.yaml',
      (text: string) => text.replace('name: Outcomes', 'name: Segments'),
      /"Segments" is the name of two/,
    ],
    [
      'questions/outcomes.yaml',
      (text: string) => `${text}surprise: 1\n`,
      /questions\/outcomes.yaml: Unrecognized key: "surprise"/,
    ],
    [
      'dashboards/user-analytics.yaml',
      (text: string) => text.replace('[0, 0, 8, 7]', '[0, 0, 25, 7]'),
      /reaches over the grid/,
    ],
    [
      'dashboards/user-analytics.yaml',
      (text: string) => text.replace('[0, 0, 8, 7]', '[0, 0, 9, 7]'),
      /bidders-by-segment and win-rate-by-segment lie on/,
    ],
    [
      'dashboards/user-analytics.yaml',
      (text: string) => text.replace('[from, to,', '[category, to,'),
      /none of its questions takes the filter category/,
    ],
  ])('is found in %s before anything is sent', async (file, change, message) => {
    edit(file, change);
    await expect(apply()).rejects.toThrow(message);
    expect(fake.requests).toEqual([]);
  });
});
