// `node scripts/metabase-look.mjs FOLDER`: asks every question of a Metabase that `gavel metabase apply` has been to, opens
// each of its dashboards, and keeps pictures. It fails if a question does, or if our requests are not in the server's own
// description. For the workflow: GAVEL_METABASE_URL, _EMAIL and _PASSWORD say where and who.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [folder = 'pictures'] = process.argv.slice(2);
const { GAVEL_METABASE_URL: base, GAVEL_METABASE_EMAIL: username, GAVEL_METABASE_PASSWORD: password } = process.env;
const problems = [];

let session = null;
({ id: session } = await ask('POST', '/api/session', { username, password }));
await compareDescription();
const { data: cards } = await items('Questions', 'card');
for (const { id, name } of cards) {
  const { status, row_count, error } = await ask('POST', `/api/card/${id}/query`, {});
  console.log(`${name}: ${status}, ${row_count} rows`);
  if (status !== 'completed') problems.push(`${name}: ${error}`);
}
await pictures((await items('Gavel', 'dashboard')).data);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 && cards.length > 0 ? 0 : 1;

/** Each path and method that we use has to be in what this server says of itself. */
async function compareDescription() {
  const { paths } = await ask('GET', '/api/docs/openapi.json');
  const used = [
    'POST /api/session',
    'POST /api/setup',
    'POST /api/database',
    'PUT /api/database/{id}',
    'POST /api/collection',
    'GET /api/collection/{id}/items',
    'PUT /api/collection/graph',
    'PUT /api/permissions/graph',
    'POST /api/permissions/group',
    'POST /api/card',
    'PUT /api/card/{id}',
    'POST /api/dashboard',
    'PUT /api/dashboard/{id}',
  ];
  for (const one of used) {
    const [method, path] = one.split(' ');
    if (paths[path]?.[method.toLowerCase()] === undefined) problems.push(`${one} is not in the server's description`);
  }
}

async function items(collection, model) {
  const all = await ask('GET', '/api/collection/tree?exclude-archived=true');
  const found = [...all, ...all.flatMap(({ children }) => children)].find(({ name }) => name === collection);
  return ask('GET', `/api/collection/${found.id}/items?models=${model}&archived=false`);
}

async function pictures(dashboards) {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ channel: 'chrome' });
  const context = await browser.newContext({ viewport: { width: 1600, height: 1400 } });
  await context.addCookies([{ name: 'metabase.SESSION', value: session, url: base }]);
  for (const { id, name } of dashboards) {
    const page = await context.newPage();
    await page.goto(`${base}/dashboard/${id}`, { waitUntil: 'networkidle' });
    const broken = await page.getByText('There was a problem displaying this chart').count();
    if (broken > 0) problems.push(`${name}: ${broken} charts cannot be shown`);
    await page.screenshot({ path: join(folder, `${name.toLowerCase().replaceAll(' ', '-')}.png`), fullPage: true });
    await page.close();
  }
  await browser.close();
}

async function ask(method, path, body) {
  const response = await fetch(new URL(path, base), {
    method,
    headers: { 'content-type': 'application/json', ...(session ? { 'x-metabase-session': session } : {}) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
