// All HCL below a folder, parsed, and what stands in it by module.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from '@cdktn/hcl2json';

/**
 * Reads and parses every `.tf` file below `root`; refuses HCL that does not parse. Resolves to the modules by their path from `root`:
 * `text` is all of a module's files, `variables`, `outputs`, `calls`, `resources` and `data` are what they declare.
 */
export async function readModules(root) {
  const paths = (await readdir(root, { recursive: true }))
    .filter((path) => path.endsWith('.tf') && !path.includes('.terraform/'))
    .sort();
  const modules = new Map();
  for (const path of paths) {
    const text = await readFile(join(root, path), 'utf8');
    const parsed = await parse(path, text).catch((error) => {
      throw new Error(`${path} does not parse: ${error.message ?? error}`);
    });
    const folder = dirname(path);
    modules.set(folder, joined(modules.get(folder) ?? emptyModule(folder), parsed, text));
  }
  return { files: paths.length, modules };
}

const emptyModule = (path) => ({ path, text: '', variables: {}, outputs: {}, calls: {}, resources: [], data: [] });

function joined(module, parsed, text) {
  const named = (blocks = {}) => Object.fromEntries(Object.entries(blocks).map(([name, [block]]) => [name, block]));
  const typed = (blocks = {}) =>
    Object.entries(blocks).flatMap(([type, byName]) => Object.keys(byName).map((name) => ({ type, name })));
  return {
    ...module,
    text: `${module.text}${text}\n`,
    variables: { ...module.variables, ...named(parsed.variable) },
    outputs: { ...module.outputs, ...named(parsed.output) },
    calls: { ...module.calls, ...named(parsed.module) },
    resources: [...module.resources, ...typed(parsed.resource)],
    data: [...module.data, ...typed(parsed.data)],
  };
}

/** Every type of resource and data source that is used, once each. */
export function typesOf(modules) {
  const all = [...modules.values()].flatMap(({ resources, data }) => [
    ...resources.map(({ type }) => ({ kind: 'resource', type })),
    ...data.map(({ type }) => ({ kind: 'data', type })),
  ]);
  return [...new Map(all.map((one) => [`${one.kind}.${one.type}`, one])).values()];
}

/** The folder that a call of a module names, as a path from the root. */
export const calledFolder = (root, caller, source) => relative(resolve(root), resolve(root, caller, source));
