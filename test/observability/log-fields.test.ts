// What we log on purpose must not be struck out: the scheduler said that `[secret]` leads.
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { SECRET_FIELDS } from '../../src/observability/pino.log.js';

/** The fields of each line that is logged from a literal object, as `file: field`. */
function loggedFields(file: string): readonly string[] {
  const calls = readFileSync(file, 'utf8').matchAll(/\blog\s*\.(?:debug|info|warn|error)\(\s*\{([^}]*)\}/g);
  return [...calls].flatMap(([, fields = '']) =>
    fields.split(',').map((field) => `${file}: ${field.split(':')[0]?.trim()}`),
  );
}

it('no line of ours has a field that is struck out as a secret', () => {
  const all = globSync('src/**/*.ts').flatMap(loggedFields);
  expect(all).toContain('src/feed/leader.ts: task');
  expect(all.filter((one) => SECRET_FIELDS.some((field) => one.endsWith(`: ${field}`)))).toEqual([]);
});
