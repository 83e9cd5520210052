// The OpenAPI document, made of the same schemas that requests are checked with.
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { commandPaths, type ToJsonSchema } from './commands/openapi.js';

/** The document of an application, as /docs/openapi.json shows it. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Gavel')
    .setDescription(
      'An auction house. Commands are answered once they are judged and durable; each may be repeated under its command id ' +
        'and is then answered as the first time. Amounts are whole minor units (cents) as text. Who acts is the subject of ' +
        'the token, never a field.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? converted(schema, schemaType) : undefined,
  });
  addCommands(document);
  return document;
}

/** Nest knows its controllers; the routes for commands come from their table. */
function addCommands(document: OpenAPIObject): void {
  const schemas = { ...document.components?.schemas };
  const toJsonSchema: ToJsonSchema = (schema, io) => {
    const { schema: root, components } = forCommands[io](schema);
    Object.assign(schemas, components);
    return root;
  };
  const paths = commandPaths(toJsonSchema);
  for (const [path, operations] of Object.entries(document.paths)) paths[path] = { ...paths[path], ...operations };
  document.paths = paths;
  document.components = { ...document.components, schemas };
}

/** Commands share most of their answers, and a conversion takes milliseconds: each schema is converted once in a process. */
const forCommands = {
  input: onceEach((schema: z.ZodType) => inOpenApi(converted(schema, 'input'))),
  output: onceEach((schema: z.ZodType) => inOpenApi(converted(schema, 'output'))),
};

function onceEach<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

/** Refers to components where the document has them, as Nest does for its own. */
function inOpenApi<Schema>(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** A schema with an id becomes a component, and is referred to by it. */
function converted(schema: z.ZodType, io: 'input' | 'output') {
  const {
    $schema: _,
    $defs: components = {},
    ...root
  } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => asNestHasThem(jsonSchema),
  });
  return { schema: root, components };
}

/** One example and one-word enums, as Nest rewrites what is converted for it. */
function asNestHasThem(schema: z.core.JSONSchema.BaseSchema): void {
  const { examples, const: only } = schema;
  if (Array.isArray(examples)) Object.assign(schema, { example: examples[0] });
  if (only !== undefined) schema.enum = [only];
  delete schema.examples;
  delete schema.const;
}

/** Shows the document at /docs, for people and (as /docs/openapi.json) for programs. */
export function serveDocuments(app: INestApplication, document: OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, { raw: false });
  // The library would write the document anew for each request: 0.8 ms, a thousand of which may be under way.
  const text = JSON.stringify(document);
  const instance: FastifyInstance = app.getHttpAdapter().getInstance();
  instance.get('/docs/openapi.json', async (_request, reply) => reply.type('application/json').send(text));
}
