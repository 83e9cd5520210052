// Compiles src/, bench/ and acceptance/ to dist/ with SWC, and web/ with Vite, file by file and without a type check (that is `npm run check`).
// The result is put together aside and renamed into place, so nobody ever sees half a build.
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { transformFile } from '@swc/core';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'dist');
const aside = join(root, '.launcher', `build-${process.pid}`);
const PAGES = join('src', 'api', 'pages', 'files');
const { values } = parseArgs({ options: { stamp: { type: 'string', default: '' } } });

const files = globSync('{src,bench,acceptance}/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.d.ts'));
await Promise.all(files.map(compile));
// What browsers load is served as it is written.
cpSync(join(root, PAGES), join(aside, PAGES), { recursive: true });
await buildWeb(join(aside, 'web'));
writeFileSync(join(aside, '.gavel-build'), values.stamp);

const old = join(root, '.launcher', `old-${process.pid}`);
try {
  renameSync(target, old);
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
renameSync(aside, target);
rmSync(old, { recursive: true, force: true });

/** The web application, each file of it also compressed: once here, and not for every visitor. */
async function buildWeb(outDir) {
  const configFile = join(root, 'vite.config.mjs');
  await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  for (const file of globSync('**/*.{html,css,js}', { cwd: outDir })) {
    const bytes = readFileSync(join(outDir, file));
    writeFileSync(join(outDir, `${file}.br`), brotliCompressSync(bytes));
    writeFileSync(join(outDir, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

async function compile(file) {
  const path = join(root, file);
  const output = file.replace(/\.ts$/, '.js');
  const sourceFileName = relative(dirname(join(target, output)), path);
  const { code, map } = await transformFile(path, { cwd: root, sourceFileName });
  mkdirSync(dirname(join(aside, output)), { recursive: true });
  writeFileSync(join(aside, output), `${code}//# sourceMappingURL=${basename(output)}.map\n`);
  writeFileSync(join(aside, `${output}.map`), map);
}
