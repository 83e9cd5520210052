// Issue 13, the second hostile pass: an unknown document took up to 60 ms to check, and was counted as one request. An address
// at its allowance of 6,000 a minute had the process do nothing else.
import { afterEach, describe, expect, it } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { DOCUMENT_LIMITS, limitExceeded } from '../../src/api/graphql/document-limits.js';
import { TYPE_DEFS } from '../../src/api/graphql/schema.js';
import { settings, TestApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { BareSocket } from '../support/watcher.js';

const PER_MINUTE = 60;
let http: TestApi;
const started = async (): Promise<TestApi> => {
  http = await TestApi.start({
    settings: { ...settings, limits: { ...settings.limits, perAddressPerMinute: PER_MINUTE } },
  });
  return http;
};
afterEach(() => http?.close());

/** A document of about so many tokens, as no other. */
const document = (tokens: number, name: number): string =>
  `query q${name}{auction(id:"x"){${'title '.repeat(tokens - 11)}}}`;

describe('a document is charged for what it takes to check', () => {
  it('a large one as many requests', async () => {
    const statuses = await letIn(450);
    // 20 more than itself, each.
    expect(statuses).toHaveLength(Math.ceil(PER_MINUTE / 21));
  });

  it('a small one as itself', async () => {
    expect(await letIn(90)).toHaveLength(PER_MINUTE);
  });

  it.each([
    ['that is good or unknown', (text: string) => text],
    ['that is no document', (text: string) => text.slice(0, -1)],
  ])('a long one %s as several', async (_, spoilt) => {
    // Four more than itself, each.
    expect(await letIn(30, (text) => spoilt(text).concat('#'.padEnd(18_000)))).toHaveLength(PER_MINUTE / 5);
  });

  it('a known one as itself', async () => {
    await started();
    const query = document(450, 0);
    const statuses = [];
    for (let i = 0; i < PER_MINUTE; i++)
      statuses.push((await http.send('POST', '/graphql', { body: { query } })).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });
});

async function letIn(tokens: number, changed = (text: string): string => text): Promise<readonly number[]> {
  await started();
  const statuses: number[] = [];
  for (let i = 0; i <= PER_MINUTE; i++) {
    const { status } = await http.send('POST', '/graphql', { body: { query: changed(document(tokens, i)) } });
    if (status === 429) return statuses;
    statuses.push(status);
  }
  throw new Error('nothing was refused');
}

it('many that come at once are not all checked before the first is charged', async () => {
  await started();
  const asked = Array.from({ length: 30 }, (_, i) =>
    http.send('POST', '/graphql', { body: { query: document(450, i) } }),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 429).length).toBeLessThanOrEqual(Math.ceil(PER_MINUTE / 21));
});

it('on sockets as well', async () => {
  await started();
  const socket = await BareSocket.ready(http.url);
  for (const id of ['1', '2', '3', '4']) {
    socket.subscribe(id, document(450, Number(id)));
    await eventually(`the answer to ${id}`, () => socket.of(id).length > 0);
  }
  const codes = ['1', '2', '3', '4'].map((id) => socket.of(id)[0].payload[0].extensions.code);
  expect(codes).toEqual([...Array(3).fill('NotASubscription'), 'TooManyRequests']);
  socket.socket.terminate();
});

it('every field that takes a limit is weighed as a list', () => {
  const fields = Object.values(buildSchema(TYPE_DEFS).getQueryType()?.getFields() ?? {});
  const lists = fields.filter(({ args }) => args.some(({ name }) => name === 'limit')).map(({ name }) => name);
  expect(lists).toContain('retractionRequests');
  for (const list of lists) {
    const query = (fields: number) => parse(`{${list}(limit:200){rows{${'a '.repeat(fields)}}}}`);
    const within = Math.floor((DOCUMENT_LIMITS.costMax - 1) / 200) - 2;
    expect([list, limitExceeded(query(within))]).toEqual([list, null]);
    expect([list, limitExceeded(query(within + 3))?.message]).toEqual([list, expect.stringContaining('values')]);
  }
});

it('fragments that nobody spreads count as fields', () => {
  const spare = (fields: number) => parse(`{a} fragment F on Query{${'a '.repeat(fields)}}`);
  expect(limitExceeded(spare(DOCUMENT_LIMITS.fieldsMax))).toBeNull();
  expect(limitExceeded(spare(DOCUMENT_LIMITS.fieldsMax + 1))?.message).toContain('fragments');
});
