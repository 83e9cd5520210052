// Jest's module system, replaced by Node's own: a module is loaded once a worker and not once a test file (ADR 117).
// A test file itself is loaded anew. There are no mocks of modules; what a test replaces it hands in.
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setGlobals } from './globals.mjs';
import '../typescript-hooks.mjs';

const require = createRequire(import.meta.url);
const GLOBALS = new URL('globals.mjs', import.meta.url).href;
/** Jest's own word for the time-out of the tests of a file. */
const TEST_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');
const SYNTAX = {
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: true,
  supportsTopLevelAwait: true,
};

let transformer;
let loads = 0;
/** Where Jest keeps the source map of a module, by its address. */
const sourceMaps = new Map();

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context),
  load(url, context, next) {
    if (!/\.ts(\?|$)/.test(url)) return next(url, context);
    const { code, sourceMapPath } = transformer.transform(fileURLToPath(url), SYNTAX);
    if (sourceMapPath !== null) sourceMaps.set(url, sourceMapPath);
    return { format: 'module', source: code, shortCircuit: true };
  },
});

const nothing = () => undefined;

export default class NodeRuntime {
  constructor(_config, _environment, _resolver, ownTransformer) {
    transformer = ownTransformer;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    loads += 1;
    return import(`${pathToFileURL(path)}?load=${loads}`);
  }

  requireModule(path) {
    return require(path);
  }

  /** The framework keeps what it knows of a test file in its own module's variables, so each file has one of its own. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }

  setGlobalsForRuntime(globals) {
    delete globalThis[TEST_TIMEOUT];
    const setTimeout = (ms) => {
      globalThis[TEST_TIMEOUT] = ms;
    };
    setGlobals({ ...globals, jest: { setTimeout } });
  }

  getSourceMaps() {
    return sourceMaps;
  }

  // What Jest also calls, for mocks and coverage, which are not there.
  getAllCoverageInfoCopy = nothing;
  enterTestCode = nothing;
  leaveTestCode = nothing;
  restoreAllMocks = nothing;
  teardown = nothing;
}
