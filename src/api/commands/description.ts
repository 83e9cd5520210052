// A command, described once. The REST route, the GraphQL mutation, the Kafka message and what the documents say of them are
// made from its description; the tables beside this file hold one for each command (docs/adr/0062).
import { z } from 'zod';
import { type InboundTopic, TOPIC_OF } from '../../bus/ingress.js';
import type { HouseTerms } from '../../domain/auction/house-defaults.js';
import type { CommandId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import type { Access, Caller } from '../auth/access.js';
import type { AcceptedKind } from '../schemas/accepted.js';
import { type Body, fieldsSchema, type ReadFields } from '../schemas/body.js';
import { idIn } from '../schemas/values.schema.js';
import { type ParameterName, type ParametersOf, parameterSchemas, parametersIn } from './parameters.js';
import { Submit } from './submit.js';

/** Who asks, under which command id, and what of the house goes into a command. */
export type Asking = Readonly<{ caller: Caller; commandId: CommandId; house: HouseTerms; keyStore: KeyStore }>;

export type Fields = Readonly<Record<string, unknown>>;

type Type = Command['type'];
type Route = `${'POST' | 'PUT'} /${string}`;
type Asked<Kind extends Type> = Omit<Extract<Command, { type: Kind }>, 'type'>;
type Make<Kind extends Type, Given> = (fields: Given, asking: Asking) => Asked<Kind> | Promise<Asked<Kind>>;
type Given<R extends string, Shape extends z.ZodRawShape> = ParametersOf<R> & ReadFields<Shape>;

/** How a message over Kafka differs from the request over REST. */
type MessageSpec<Kind extends Type, R extends string, Shape extends z.ZodRawShape> = Readonly<{
  access?: Access;
  description?: string;
}> &
  (
    | Readonly<{ takes?: undefined }>
    /** Other fields than the body's, and what they come to. */
    | Readonly<{ takes: Shape; command: Make<Kind, Given<R, Shape>> }>
  );

type Spec<Kind extends Type, R extends Route, Shape extends z.ZodRawShape, InMessage extends z.ZodRawShape> = Readonly<{
  /** Parameters are declared in parameters.ts. */
  route: R;
  /** One sentence, and more where it helps: in OpenAPI, GraphQL and the schemas of messages. */
  summary: string;
  description?: string;
  access: Access;
  body: Body<Shape>;
  /** What GraphQL calls the input, `<Type>Input` unless given. Commands that take the same may share one. */
  input?: string;
  accepted: AcceptedKind;
  /** 201 where something comes to be; 200 unless given. */
  acceptedStatus?: 200 | 201;
  /** The domain's command, made of the parameters and fields as their schemas have read them. */
  command: Make<Kind, Given<R, Shape>>;
  /** Absent for what is not taken over Kafka. */
  message?: MessageSpec<Kind, R, InMessage>;
  /** What carries it on Nest's bus, where it takes more than to submit it. */
  via?: typeof Submit;
}>;

type MakeAny = (fields: Fields, asking: Asking) => Promise<Command>;

export type MessageDescription = Readonly<{
  topic: InboundTopic;
  access: Access;
  schema: z.ZodObject;
  command: MakeAny;
}>;

export type CommandDescription = Readonly<{
  type: Type;
  /** What OpenAPI calls the operation, and GraphQL the mutation. */
  name: string;
  method: 'POST' | 'PUT';
  /** As the router reads it: `/auctions/:auctionId/bids`. */
  path: string;
  parameters: readonly ParameterName[];
  summary: string;
  description: string | undefined;
  access: Access;
  body: Body;
  input: string;
  accepted: AcceptedKind;
  acceptedStatus: 200 | 201;
  command: MakeAny;
  message: MessageDescription | null;
  via: typeof Submit;
}>;

/** Describes a command of the domain. Its makers are handed what their schemas have read, and nothing else. */
export function command<
  const Kind extends Type,
  const R extends Route,
  Shape extends z.ZodRawShape,
  InMessage extends z.ZodRawShape = Shape,
>(type: Kind, spec: Spec<Kind, R, Shape, InMessage>): CommandDescription {
  const { route, description, input = `${type}Input`, acceptedStatus = 200, via = Submit } = spec;
  const [method, path = ''] = route.split(' ');
  return {
    ...spec,
    type,
    name: type.charAt(0).toLowerCase() + type.slice(1),
    method: method === 'PUT' ? 'PUT' : 'POST',
    path,
    parameters: parametersIn(path),
    description,
    body: spec.body,
    input,
    acceptedStatus,
    command: makerOf(type, spec.command),
    message: spec.message === undefined ? null : messageOf(type, spec, spec.message),
    via,
  };
}

function messageOf<Kind extends Type, R extends Route, Shape extends z.ZodRawShape, InMessage extends z.ZodRawShape>(
  type: Kind,
  spec: Spec<Kind, R, Shape, InMessage>,
  message: MessageSpec<Kind, R, InMessage>,
): MessageDescription {
  const { access = spec.access, description = [spec.summary, spec.description].filter(Boolean).join(' ') } = message;
  const own = message.takes ?? spec.body.fields;
  const shape = { type: z.literal(type), ...parameterSchemas(parametersIn(spec.route), 'value'), ...own };
  return {
    topic: TOPIC_OF[type],
    access,
    schema: fieldsSchema(spec.body, shape).meta({ description }),
    command: 'command' in message ? makerOf(type, message.command) : makerOf(type, spec.command),
  };
}

/** The one place that trusts a schema: a description is handed only what the schema of its own fields has read. */
const makerOf =
  <Kind extends Type, Read>(type: Kind, make: Make<Kind, Read>): MakeAny =>
  async (fields, asking) =>
    ({ type, ...(await make(fields as Read, asking)) }) as unknown as Command;

type WithId = { commandId?: CommandId | undefined };

/** What a REST body holds. The whole of it may be left out where nothing but the command's name is taken. */
export function bodySchema<Shape extends z.ZodRawShape>(body: Body<Shape>): z.ZodType<ReadFields<Shape> & WithId> {
  const { name: id, fields, description } = body;
  const schema = fieldsSchema(body, { commandId: idIn.command.optional(), ...fields });
  const meta = description === undefined ? { id } : { id, description };
  return (isBare(body) ? schema.default({}).meta(meta) : schema.meta(meta)) as z.ZodType<object> as z.ZodType<
    ReadFields<Shape> & WithId
  >;
}

/** Whether a command needs nothing but its address. */
export const isBare = ({ fields }: Body): boolean => Object.keys(fields).length === 0;

/** What a mutation's input holds: the address, then the body. */
export const inputShape = ({ parameters, body }: CommandDescription): z.ZodRawShape => ({
  commandId: idIn.command.optional(),
  ...parameterSchemas(parameters, 'value'),
  ...body.fields,
});

export function inputSchema(description: CommandDescription): z.ZodType<WithId> {
  const schema: z.ZodType<object> = fieldsSchema(description.body, inputShape(description));
  return schema;
}
