// Everything that a house answers to somebody who asks for all there is: each GET that its own description lists and each
// query of its own schema, so that a route or a field added later is asked for as well.
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isRequiredArgument,
} from 'graphql';
import { everythingOf } from './everything.js';
import { request } from './request.js';

/** What to ask about; a route or query that names one of these is asked about each. */
export type Things = Readonly<{
  userId: readonly string[];
  auctionId: readonly string[];
  commandId: readonly string[];
  /** Fraud cases. */
  caseId: readonly string[];
  payoutRunId: readonly string[];
  /** Invoices and credit notes. */
  documentId: readonly string[];
}>;

export type Answered = Readonly<{ where: string; text: string }>;

/** Asks as whoever the token speaks for, or as a stranger. */
export async function allAnswers(url: string, things: Things, token?: string): Promise<readonly Answered[]> {
  const as = token === undefined ? {} : { token };
  const get = async (path: string): Promise<Answered & { body: any }> => {
    const { text, headers, body } = await request(url, 'GET', path, as);
    return { where: `GET ${path}`, text: `${JSON.stringify([...headers])} ${text}`, body };
  };
  const ask = async (query: string): Promise<Answered & { body: any }> => {
    const { text, body } = await request(url, 'POST', '/graphql', { ...as, body: { query } });
    return { where: query, text, body };
  };
  const description = await get('/docs/openapi.json');
  const schema = await ask(getIntrospectionQuery());
  const paths = pathsOf(description.body, things);
  const queries = queriesOf(buildClientSchema(schema.body.data), things);
  const answers = [description, schema, ...(await Promise.all([...paths.map(get), ...queries.map(ask)]))];
  return answers.map(({ where, text }) => ({ where, text }));
}

type Description = Readonly<{ paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> }>;

const pathsOf = ({ paths }: Description, things: Things): readonly string[] =>
  Object.entries(paths)
    .filter(([, methods]) => 'get' in methods)
    .flatMap(([path]) => filledIn(path, things));

function filledIn(path: string, things: Things): readonly string[] {
  const [whole, name] = /\{(\w+)\}/.exec(path) ?? [];
  if (whole === undefined) return [path];
  const values = things[name as keyof Things];
  if (values === undefined) throw new Error(`nothing is known to ask ${path} about`);
  return values.flatMap((value) => filledIn(path.replace(whole, value), things));
}

function queriesOf(schema: GraphQLSchema, things: Things): readonly string[] {
  const all = Object.values(things).flat();
  return Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const selection = everythingOf(schema, getNamedType(field.type).name);
    const named = field.args.filter(isRequiredArgument).map(({ name }) => name);
    if (named.length === 0) return [`{ ${field.name} ${selection} }`];
    return all.map(
      (value) => `{ ${field.name}(${named.map((name) => `${name}: "${value}"`).join(', ')}) ${selection} }`,
    );
  });
}
