// A double of the AWS provider for `validate` and `plan`: it has the schemas that it is given and knows nothing of AWS. What a
// plan leaves to AWS is unknown, as in a real plan; data sources answer with made-up values. It says nothing of what AWS would
// refuse. Terraform is led to it by TF_REATTACH_PROVIDERS.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPackageDefinition, Server, ServerCredentials } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decode, Encoder, ExtData, ExtensionCodec } from '@msgpack/msgpack';

const SOURCE = 'hashicorp/aws';
/** Of the provider's own arguments those that the environments give. */
const PROVIDER_SCHEMA = {
  version: 0,
  block: {
    attributes: [
      { name: 'region', type: '"string"', optional: true },
      { name: 'allowed_account_ids', type: '["set","string"]', optional: true },
    ],
    block_types: [
      {
        type_name: 'default_tags',
        block: { attributes: [{ name: 'tags', type: '["map","string"]', optional: true }], block_types: [] },
        nesting: 2,
        max_items: 1,
      },
    ],
  },
};

/** How Terraform writes a value that is not known yet: an extension of type 0, or 12 with hints, which a double passes on. */
const UNKNOWN = new ExtData(0, new Uint8Array([0]));
const codec = new ExtensionCodec();
for (const type of [0, 12]) codec.register({ type, encode: () => null, decode: (data) => new ExtData(type, data) });
const read = ({ msgpack }) => decode(msgpack, { extensionCodec: codec, useBigInt64: false });
const written = (value) => ({ msgpack: new Encoder({ forceIntegerToFloat: false }).encode(value) });

/** Fills what is null and computed, in a block and in those within it, by what `filled` gives for the attribute. */
function withComputed(value, { attributes, block_types: blocks }, filled) {
  if (value === null || value instanceof ExtData) return value;
  const result = { ...value };
  for (const attribute of attributes)
    if (attribute.computed && result[attribute.name] === null) result[attribute.name] = filled(attribute);
  for (const { type_name: name, block } of blocks) {
    const inner = (one) => withComputed(one, block, filled);
    const held = result[name];
    if (Array.isArray(held)) result[name] = held.map(inner);
    else if (held !== null && !(held instanceof ExtData)) result[name] = inner(held);
  }
  return result;
}

/** What our own variables look at; everything else is made up. */
const KNOWN = { account_id: '123456789012', partition: 'aws' };

/** A value for what a data source reads. Lists of text have three items, as a region has zones. */
function madeUp({ name, type }) {
  const form = JSON.parse(type);
  if (form === 'string') return KNOWN[name] ?? `made-up-${name}`;
  if (form === 'number') return 1;
  if (form === 'bool') return false;
  if (form[0] === 'map') return {};
  return form[1] === 'string' ? ['a', 'b', 'c'].map((letter) => `made-up-${letter}`) : [];
}

function handlersFor(schemas) {
  const nothing = (_, answer) => answer(null, {});
  const schemaOf = (kind, type) => schemas.get(`${kind}.${type}`).block;
  const ofKind = (kind) => {
    const prefix = `${kind}.`;
    return Object.fromEntries(
      [...schemas]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, schema]) => [name.slice(prefix.length), schema]),
    );
  };
  return {
    GetProviderSchema: (_, answer) =>
      answer(null, {
        provider: typesAsBytes(PROVIDER_SCHEMA),
        resource_schemas: ofKind('resource'),
        data_source_schemas: ofKind('data'),
      }),
    ValidateProviderConfig: nothing,
    ValidateResourceConfig: nothing,
    ValidateDataResourceConfig: nothing,
    ConfigureProvider: nothing,
    StopProvider: nothing,
    PlanResourceChange: ({ request }, answer) => {
      const planned = withComputed(
        read(request.proposed_new_state),
        schemaOf('resource', request.type_name),
        () => UNKNOWN,
      );
      answer(null, { planned_state: written(planned), legacy_type_system: true });
    },
    ReadDataSource: ({ request }, answer) => {
      const state = withComputed(read(request.config), schemaOf('data', request.type_name), madeUp);
      answer(null, { state: written(state) });
    },
  };
}

/**
 * Starts the double on a socket of its own. `environment` is what Terraform needs to find it; `stop` ends it and removes the socket.
 * `schemas` are those of `readBindings`.
 */
export async function startProviderDouble(schemas) {
  const directory = await mkdtemp(join(tmpdir(), 'gavel-provider-'));
  const socket = join(directory, 'provider.sock');
  const definition = loadSync(join(import.meta.dirname, 'provider.proto'), {
    keepCase: true,
    longs: Number,
    defaults: true,
  });
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const asBytes = new Map([...schemas].map(([name, schema]) => [name, typesAsBytes(schema)]));
  server.addService(loadPackageDefinition(definition).tfplugin6.Provider.service, handlersFor(asBytes));
  await new Promise((done, failed) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => (error ? failed(error) : done()));
  });
  const address = {
    Protocol: 'grpc',
    ProtocolVersion: 6,
    Pid: process.pid,
    Test: true,
    Addr: { Network: 'unix', String: socket },
  };
  return {
    environment: { TF_REATTACH_PROVIDERS: JSON.stringify({ [SOURCE]: address }) },
    async stop() {
      server.forceShutdown();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const typesAsBytes = ({ version, block }) => ({ version, block: blockAsBytes(block) });
const blockAsBytes = ({ attributes, block_types: blocks }) => ({
  attributes: attributes.map((one) => ({ ...one, type: Buffer.from(one.type) })),
  block_types: blocks.map((one) => ({ ...one, block: blockAsBytes(one.block) })),
});
