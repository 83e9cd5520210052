// What programs that write programs read: OpenAPI, JSON Schema and the scalars of GraphQL.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { messageSchemas } from '../../src/house/message-schemas.js';
import { TestApi } from '../support/api.js';

let http: TestApi;
beforeAll(async () => {
  http = await TestApi.start();
});
afterAll(() => http.close());

it('limit is an integer from 1 to 200 wherever there is one', async () => {
  const { paths } = (await http.get('/docs/openapi.json')).body;
  const limits = Object.values<any>(paths)
    .flatMap(({ get }) => get?.parameters ?? [])
    .filter(({ name }) => name === 'limit');
  expect(limits.length).toBeGreaterThan(5);
  for (const { schema, required } of limits) {
    expect(schema.default).toBe(50);
    expect(schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 200 });
    expect(schema.pattern).toBeUndefined();
    expect(required ?? false).toBe(false);
  }
});

it('every schema of a message is served as it is published', async () => {
  const { body } = await http.get('/docs/schemas');
  expect(body.schemas.map(({ name }: { name: string }) => name)).toEqual(Object.keys(messageSchemas()));
  for (const { name, address } of body.schemas) {
    const reply = await http.get(address);
    expect(reply.headers.get('content-type')).toBe('application/schema+json; charset=utf-8');
    expect(JSON.parse(reply.text)).toEqual(JSON.parse(JSON.stringify(messageSchemas()[name])));
  }
  expect((await http.get('/docs/schemas/__proto__')).body).toMatchObject({ code: 'SchemaUnknown' });
});

it('each scalar of ours says what it is, and what generators make of it', async () => {
  const query = '{ __schema { types { kind name description specifiedByURL } } }';
  const { body } = await http.send('POST', '/graphql', { body: { query } });
  const ours = body.data.__schema.types.filter(
    ({ kind, name }: any) => kind === 'SCALAR' && /^(Amount|Time|Milli)/.test(name),
  );
  expect(ours).toHaveLength(3);
  for (const { description } of ours) expect(description).toContain('For code generators: ');
  expect(ours.find(({ name }: any) => name === 'Time').specifiedByURL).toContain('rfc3339');
});
