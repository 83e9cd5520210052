// The schema of the AWS provider, as far as it is used, from its published bindings (`@cdktn/provider-aws`, an archive of npm).
// The bindings are generated from the provider's own schema: each argument with its type, and whether it is required, optional
// or computed. `resourceSchema` reads one module of them as text; it never runs it.
import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Parser } from 'tar';

/** The numbers of Schema.NestedBlock.NestingMode in provider.proto. */
const NESTING = { struct: 1, list: 2, set: 3, map: 4 };
const FLAGS = /^ {4}\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)$/gm;

/** The folder of a type in the archive: `aws_db_instance` is db-instance, as a data source data-aws-db-instance. */
const folderOf = ({ kind, type }) =>
  `${kind === 'data' ? 'data-aws-' : ''}${type.slice('aws_'.length).replaceAll('_', '-')}`;

/**
 * The schemas of these types (`{ kind: 'resource' | 'data', type }`) out of the archive. Resolves to a map from `resource.aws_x`
 * and `data.aws_x` to schemas in the form of provider.proto. A type that the provider does not have is left out.
 */
export async function readBindings(archive, types) {
  const wanted = new Map(
    types.flatMap((one) => {
      const name = `${one.kind}.${one.type}`;
      const folder = `package/lib/${folderOf(one)}`;
      return [
        [`${folder}/index.js`, { name, part: 'code' }],
        [`${folder}/index.d.ts`, { name, part: 'types' }],
      ];
    }),
  );
  const found = new Map();
  await eachEntry(archive, wanted, (name, part, content) => found.set(name, { ...found.get(name), [part]: content }));
  return new Map([...found].map(([name, { code, types: declared }]) => [name, resourceSchema(code, declared)]));
}

async function eachEntry(archive, wanted, take) {
  const reads = [];
  const parser = new Parser({
    filter: (path) => wanted.has(path),
    onReadEntry: (entry) => {
      const { name, part } = wanted.get(entry.path);
      reads.push(text(entry).then((content) => take(name, part, content)));
    },
  });
  await new Promise((done, failed) => {
    createReadStream(archive).on('error', failed).pipe(parser).on('end', done).on('error', failed);
  });
  await Promise.all(reads);
}

/** The schema of the one resource or data source that a module of the bindings binds. */
export function resourceSchema(code, declarations) {
  const classes = new Map(
    [...code.matchAll(/^class (\w+) extends cdktn\.(\w+) \{\n([\s\S]*?)^\}$/gm)].map(([, name, base, body]) => [
      name,
      { base, body },
    ]),
  );
  const main = [...classes.values()].find(({ base }) => /^Terraform(Resource|DataSource)$/.test(base));
  if (main === undefined) throw new Error('the module of bindings has no resource and no data source');
  const blocks = new Set(
    [...declarations.matchAll(/^ {4}\* (\w+) block$[\s\S]*?readonly \w+\??: (\w+)/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    ),
  );
  return { version: 0, block: blockOf(main.body, { code, classes, blocks }) };
}

/** A block: attributes with their flags, and blocks within. */
function blockOf(body, module) {
  const block = { attributes: [], block_types: [] };
  for (const [, name, computed, optional, required] of body.matchAll(FLAGS)) {
    const flags = { computed: computed === 'true', optional: optional === 'true', required: required === 'true' };
    const inner = innerOf(name, body, module);
    if (inner === null) block.attributes.push({ name, type: typeOf(name, body), ...flags });
    else if (inner.isBlock) block.block_types.push(nestedOf(name, inner, flags, module));
    else block.attributes.push({ name, type: objectType(inner, module), ...flags });
  }
  return block;
}

const nestedOf = (name, { item, nesting, single }, { required }, module) => ({
  type_name: name,
  block: blockOf(item, module),
  nesting,
  min_items: required && nesting !== NESTING.struct ? 1 : 0,
  max_items: single && nesting !== NESTING.struct ? 1 : 0,
});

/** What an argument of objects holds: the body of its class, how often, and whether it is written as a block; null for plain values. */
function innerOf(name, body, { code, classes, blocks }) {
  const made = body.match(
    new RegExp(`_\\w+ = new (\\w+?)(List|Map|OutputReference)\\(this, "${name}"(?:, (\\w+))?\\)`),
  );
  if (made === null) return null;
  const [, type, shape, wrapsSet] = made;
  const mapper = code.match(
    new RegExp(
      `^ +${name}: \\{\\n +value: .*?${type[0].toLowerCase()}${type.slice(1)}ToHclTerraform.*\\n.*\\n +type: "(\\w+)"`,
      'm',
    ),
  );
  const single = shape === 'OutputReference';
  const kind = mapper?.[1] ?? (shape === 'Map' ? 'map' : wrapsSet === 'true' ? 'set' : 'list');
  const item = classes.get(`${type}OutputReference`).body;
  return { item, nesting: NESTING[kind], kind, single, isBlock: blocks.has(`${name} ${type}`) };
}

/** The type of an argument of objects that is no block, as Terraform writes types in JSON. */
function objectType({ item, kind }, module) {
  const fields = {};
  for (const [, name] of item.matchAll(FLAGS)) {
    const inner = innerOf(name, item, module);
    fields[name] = inner === null ? JSON.parse(typeOf(name, item)) : JSON.parse(objectType(inner, module));
  }
  const object = ['object', fields];
  return JSON.stringify(kind === 'struct' ? object : [kind, object]);
}

const GETTERS = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  List: ['list', 'string'],
  NumberList: ['list', 'number'],
  StringMap: ['map', 'string'],
  NumberMap: ['map', 'number'],
  BooleanMap: ['map', 'bool'],
};

/** The type of a plain argument, by how the bindings get it. */
function typeOf(name, body) {
  const get = new RegExp(
    `return (?:cdktn\\.Token\\.\\w+\\()?(cdktn\\.Fn\\.tolist\\()?this\\.get(\\w+)Attribute\\('${name}'\\)`,
  );
  const [, toList, getter] = body.match(get) ?? [];
  const [, map] = body.match(new RegExp(`new cdktn\\.(\\w+Map)\\(this, "${name}"\\)`)) ?? [];
  const type = GETTERS[getter ?? map];
  if (type === undefined) throw new Error(`the bindings do not say of what type ${name} is`);
  return JSON.stringify(toList === undefined ? type : ['set', type[1]]);
}
