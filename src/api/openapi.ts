// The OpenAPI document, made of the same schemas that requests are checked with.
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

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
  markOptionalBodies(document);
  return document;
}

/** Nest takes every body for required; the one that may be left out is known by its name. */
function markOptionalBodies({ paths }: OpenAPIObject): void {
  for (const { post } of Object.values(paths)) {
    const body = post?.requestBody;
    if (body === undefined || '$ref' in body) continue;
    const schema = body.content['application/json']?.schema;
    if (schema !== undefined && '$ref' in schema && schema.$ref.endsWith('/BareCommand')) body.required = false;
  }
}

/** A schema with an id becomes a component, and is referred to by it. */
function converted(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, $defs: components = {}, ...root } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return { schema: root, components };
}

/** Shows the document at /docs, for people and (as /docs/openapi.json) for programs. */
export function serveDocuments(app: INestApplication, document: OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, { raw: false });
  // The library would write the document anew for each request: 0.8 ms, a thousand of which may be under way.
  const text = JSON.stringify(document);
  const instance: FastifyInstance = app.getHttpAdapter().getInstance();
  instance.get('/docs/openapi.json', async (_request, reply) => reply.type('application/json').send(text));
}
