// The documents of the web application are valid for the house's schema as a whole. Their types tell that each field is there,
// and not that two of them go together.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';

const schema = buildSchema(readFileSync('web/schema.graphql', 'utf8'));
const sources = readdirSync('web/src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(join('web/src', name), 'utf8'));
const texts = sources.flatMap((source) =>
  [...source.matchAll(/graphql\(\s*(?:`([^`]*)`|'([^']*)')/g)].map(([, long, short]) =>
    (long ?? short ?? '').replaceAll('@_unmask', ''),
  ),
);
const isFragment = (text: string): boolean => /^\s*fragment\b/.test(text);
const fragments = new Map(texts.filter(isFragment).map((text) => [/fragment (\w+)/.exec(text)?.[1] ?? '', text]));

/** The text with every fragment that it spreads, and those that these spread. */
function whole(text: string, known = new Set<string>()): string {
  const more = [...text.matchAll(/\.\.\.(\w+)/g)].flatMap(([, name = '']) => {
    if (known.has(name)) return [];
    known.add(name);
    return [whole(fragments.get(name) ?? '', known)];
  });
  return [text, ...more].join('\n');
}

const operations = texts.filter((text) => !isFragment(text));

it('there are documents', () => expect(operations.length).toBeGreaterThan(40));

it.each(operations.map((text) => [/\w+ \w+/.exec(text)?.[0] ?? text, text] as const))('%s', (_, text) => {
  expect(validate(schema, parse(whole(text))).map(({ message }) => message)).toEqual([]);
});
