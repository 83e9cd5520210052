// Lets plain Node import our TypeScript, for code that runs outside Jest's module system (global setup, child processes):
// Node strips the types by itself, only `./x.js` has to be led to the `./x.ts` beside it.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const relative = /^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.startsWith('file:');
    if (!relative) return nextResolve(specifier, context);
    const typescript = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    return nextResolve(existsSync(fileURLToPath(typescript)) ? typescript.href : specifier, context);
  },
});
