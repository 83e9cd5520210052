// What the OpenAPI document says of the routes for commands, made from the table.
import type { OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { answersOf, commandAnswers, type Documented, descriptionFor } from '../http/operation.js';
import { bodySchema, isBare } from './description.js';
import { parameterSchemas } from './parameters.js';
import { COMMANDS, type TaggedCommand } from './table.js';

type Paths = OpenAPIObject['paths'];
type JsonSchema = Readonly<Record<string, unknown>>;
/** A schema as JSON Schema; what has a name is left in the document's components, and referred to. */
export type ToJsonSchema = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

/** The paths of all commands. */
export const commandPaths = (toJsonSchema: ToJsonSchema): Paths =>
  Object.fromEntries(
    COMMANDS.map((command) => [
      command.path.replace(/:(\w+)/g, '{$1}'),
      { [command.method.toLowerCase()]: operationOf(command, toJsonSchema) },
    ]),
  );

function operationOf(command: TaggedCommand, toJsonSchema: ToJsonSchema) {
  const { name, summary, description, access, body, parameters, acceptedStatus, accepted, tag } = command;
  return {
    operationId: name,
    summary,
    description: descriptionFor(description, access),
    tags: [tag],
    security: [{ bearer: [] }],
    parameters: Object.entries(parameterSchemas(parameters, 'text')).map(([parameter, schema]) => ({
      name: parameter,
      required: true,
      in: 'path',
      schema: toJsonSchema(schema, 'input'),
    })),
    requestBody: { required: !isBare(body), content: contentOf(toJsonSchema(bodySchema(body), 'input')) },
    responses: responsesOf(answersOf(access, commandAnswers(acceptedStatus, accepted.schema)), toJsonSchema),
  };
}

const contentOf = (schema: JsonSchema) => ({ 'application/json': { schema } });

const responsesOf = (answers: Documented, toJsonSchema: ToJsonSchema) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, [description, schema]]) => [
      status,
      { description, content: contentOf(toJsonSchema(schema, 'output')) },
    ]),
  );
