// Documents: parsed and checked by the same rules whether they come over HTTP or over a socket. Good ones are kept, by the
// bytes that they hold; bad ones are not.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { DOCUMENT_LIMITS, limitExceeded } from './document-limits.js';

/** `price` is how many requests more than one it took to check; nothing for one that is known. */
export type CheckedDocument =
  | Readonly<{ document: DocumentNode; bytes: number; errors: null; price: number }>
  | Readonly<{ document: null; errors: readonly GraphQLError[]; price: number }>;

/** What the cache may hold, by the weights below. */
export const DOCUMENTS_BYTES_MAX = 16 * 1_048_576;
/** Measured on V8: 52 bytes a token in lists of numbers, 209 in fields, 259 in a small document. */
const BYTES_PER_TOKEN = 260;
const BYTES_PER_CHARACTER = 2;
const ERRORS_MAX = 10;
/** The rules compare fields in pairs: 1,000 tokens took up to 60 ms to check, a hundredth of it about as long as a request. */
const TOKENS_PER_REQUEST = 100;
/** A long name is a token as a short one is: 2,400 documents of 36,000 characters at once took three seconds to read. */
const CHARACTERS_PER_REQUEST = 4_096;

export class Documents {
  private readonly good = new LRUCache<string, CheckedDocument & { errors: null }>({
    maxSize: DOCUMENTS_BYTES_MAX,
    sizeCalculation: ({ bytes }) => bytes,
  });
  private readonly rules: readonly (typeof specifiedRules)[number][];

  constructor(
    readonly schema: GraphQLSchema,
    introspection: boolean,
  ) {
    this.rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /** What the kept documents hold, for tests. */
  get bytesHeld(): number {
    return this.good.calculatedSize;
  }

  /** The document of this text, or what is wrong with it. */
  checked(text: string): CheckedDocument {
    const known = this.good.get(text);
    if (known !== undefined) return { ...known, price: 0 };
    const checked = this.check(text);
    if (checked.errors === null) this.good.set(text, checked);
    return checked;
  }

  private check(text: string): CheckedDocument {
    const toRead = Math.floor(text.length / CHARACTERS_PER_REQUEST);
    try {
      // Errors tell the place. A document that is kept needs none: locations hold on to every token.
      const located = parse(text, { maxTokens: DOCUMENT_LIMITS.tokensMax });
      const exceeded = limitExceeded(located);
      if (exceeded !== null) return { document: null, errors: [exceeded], price: toRead };
      const errors = validate(this.schema, located, this.rules, { maxErrors: ERRORS_MAX });
      const price = toRead + priceOf(located);
      if (errors.length > 0) return { document: null, errors, price };
      return { document: parse(text, { noLocation: true }), bytes: weightOf(text, located), errors: null, price };
    } catch (error) {
      if (error instanceof GraphQLError) return { document: null, errors: [error], price: toRead };
      throw error;
    }
  }
}

const priceOf = ({ tokenCount = DOCUMENT_LIMITS.tokensMax }: DocumentNode): number =>
  Math.floor((tokenCount / TOKENS_PER_REQUEST) ** 2);

const weightOf = (text: string, { tokenCount = DOCUMENT_LIMITS.tokensMax }: DocumentNode): number =>
  text.length * BYTES_PER_CHARACTER + (tokenCount + 1) * BYTES_PER_TOKEN;

/** The operation that a request means: the one of this name, or the only one. */
export function operationOf(document: DocumentNode, name: string | null): OperationDefinitionNode | GraphQLError {
  const operation = getOperationAST(document, name);
  if (operation !== null && operation !== undefined) return operation;
  return new GraphQLError(
    name === null ? 'The document has several operations; name one.' : 'The document has no operation of this name.',
  );
}
