// Rules of this repository that Terraform does not know: what is declared is described, checked and used, and settings have the
// names that src/config.ts declares.
import { calledFolder } from './sources.mjs';

/** The names of settings that src/config.ts declares, out of its text. */
export const settingNames = (config) =>
  new Set([...config.matchAll(/(?:setting|optional)\(\s*'(GAVEL_\w+)'/g)].map(([, name]) => name));

/** What breaks the rules, one sentence each. `others` are texts beside the HCL that name settings too, by their path. */
export function brokenRules({ root, modules, settings, others = {} }) {
  return [
    ...[...modules.values()].flatMap((module) => [...variableProblems(module), ...outputProblems(module)]),
    ...uncalled(root, modules),
    ...[...modules.values()].flatMap(({ path, text }) => unknownSettings(path, text, settings)),
    ...Object.entries(others).flatMap(([path, text]) => unknownSettings(path, text, settings)),
  ];
}

function variableProblems({ path, variables, text }) {
  return Object.entries(variables).flatMap(([name, variable]) => [
    ...['description', 'type', 'validation']
      .filter((part) => variable[part] === undefined)
      .map((part) => `${path}: the variable ${name} has no ${part}`),
    // Its own validation names it; only what is outside of it is a use.
    ...(uses(text, name) > usesIn(variable.validation, name)
      ? []
      : [`${path}: the variable ${name} is declared and not used`]),
  ]);
}

const uses = (text, name) => [...text.matchAll(new RegExp(`\\bvar\\.${name}\\b`, 'g'))].length;
const usesIn = (validation, name) =>
  (validation ?? []).reduce((sum, { condition }) => sum + uses(String(condition), name), 0);

const outputProblems = ({ path, outputs }) =>
  Object.entries(outputs)
    .filter(([, { description }]) => description === undefined)
    .map(([name]) => `${path}: the output ${name} has no description`);

/** Modules that no environment calls. */
function uncalled(root, modules) {
  const called = new Set(
    [...modules.values()].flatMap(({ path, calls }) =>
      Object.values(calls).map(({ source }) => calledFolder(root, path, source)),
    ),
  );
  return [...modules.keys()]
    .filter((path) => path.startsWith('modules/') && !called.has(path))
    .map((path) => `${path}: no environment calls it`);
}

const unknownSettings = (path, text, settings) =>
  [...new Set(text.match(/\bGAVEL_[A-Z0-9_]+/g) ?? [])]
    .filter((name) => !settings.has(name))
    .map((name) => `${path}: ${name} is not a setting of src/config.ts`);
