// What the web application is compiled against is the house's schema as it is now.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { buildSchema, printSchema } from 'graphql';
import { TYPE_DEFS } from '../../src/api/graphql/schema.js';
import { scratchDirectory } from '../support/scratch.js';

const [SCHEMA, TYPES] = ['web/schema.graphql', 'web/graphql-env.d.ts'];
const tada = (...args: string[]): void => {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['node_modules/.bin/gql.tada', ...args], {
    encoding: 'utf8',
  });
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
};

it(`${SCHEMA} and ${TYPES} are made from the schema (GAVEL_TEST_WRITE=1 npm test -- test/web/schema makes them anew)`, () => {
  const schema = `${printSchema(buildSchema(TYPE_DEFS))}\n`;
  if (process.env['GAVEL_TEST_WRITE'] === '1') {
    writeFileSync(SCHEMA, schema);
    tada('generate-output', '-c', 'web/tsconfig.json');
  }
  expect(readFileSync(SCHEMA, 'utf8')).toBe(schema);
  const scratch = scratchDirectory('web-schema');
  const made = join(scratch.path, 'made.d.ts');
  tada('generate-output', '-c', 'web/tsconfig.json', '-o', made);
  const types = readFileSync(made, 'utf8');
  scratch.remove();
  expect(readFileSync(TYPES, 'utf8')).toBe(types);
});
