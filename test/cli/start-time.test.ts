// What every command has to load before it does anything: the static imports that src/main.ts comes to. What is large, and
// needed by few, waits for an `import()` where it is needed.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';

const STATIC_IMPORT = /^(?:import|export) (?!type )[^;]*?from '([^']+)';|^import '([^']+)';/gm;

/** The files that this one comes to, and the packages, each with the file that asks for it. */
function loadedBy(start: string): Readonly<{ files: ReadonlySet<string>; packages: ReadonlyMap<string, string> }> {
  const files = new Set([start]);
  const packages = new Map<string, string>();
  for (const file of files)
    for (const [, from, bare] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
      const name = from ?? bare ?? '';
      if (name.startsWith('.')) files.add(join(dirname(file), name.replace(/\.js$/, '.ts')));
      else packages.set(name, file);
    }
  return { files, packages };
}

it('is neither the framework of the API, nor GraphQL, nor the client of another journal', () => {
  const { files, packages } = loadedBy('src/main.ts');
  // What the search does not see it cannot miss.
  expect(files).toContain('src/cli/up/up.command.ts');
  expect([...packages.keys()]).toContain('commander');
  const large = /^(@nestjs\/|@eventstore\/|mercurius|graphql|fastify|reflect-metadata)/;
  expect([...packages].filter(([name]) => large.test(name))).toEqual([]);
  expect([...loadedBy('src/house/up.ts').packages.keys()]).toContain('@nestjs/core');
});
