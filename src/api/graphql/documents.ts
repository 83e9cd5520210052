// Documents: parsed and checked once each, by the same rules whether they come over HTTP or over a socket.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { DOCUMENT_LIMITS, limitExceeded } from './document-limits.js';

export type CheckedDocument =
  | Readonly<{ document: DocumentNode; errors: null }>
  | Readonly<{ document: null; errors: readonly GraphQLError[] }>;

const CHARACTERS_KEPT_MAX = 4_000_000;
const ERRORS_MAX = 10;

export class Documents {
  // Good and bad ones apart: a flood of bad documents must not push out the good ones.
  private readonly good = boundedCache();
  private readonly bad = boundedCache();
  private readonly rules: readonly (typeof specifiedRules)[number][];

  constructor(
    readonly schema: GraphQLSchema,
    introspection: boolean,
  ) {
    this.rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /** The document of this text, or what is wrong with it. */
  checked(text: string): CheckedDocument {
    const known = this.good.get(text) ?? this.bad.get(text);
    if (known !== undefined) return known;
    const checked = this.check(text);
    (checked.errors === null ? this.good : this.bad).set(text, checked);
    return checked;
  }

  private check(text: string): CheckedDocument {
    try {
      const document = parse(text, { maxTokens: DOCUMENT_LIMITS.tokensMax });
      const exceeded = limitExceeded(document);
      if (exceeded !== null) return { document: null, errors: [exceeded] };
      const errors = validate(this.schema, document, this.rules, { maxErrors: ERRORS_MAX });
      return errors.length === 0 ? { document, errors: null } : { document: null, errors };
    } catch (error) {
      if (error instanceof GraphQLError) return { document: null, errors: [error] };
      throw error;
    }
  }
}

const boundedCache = (): LRUCache<string, CheckedDocument> =>
  new LRUCache({ maxSize: CHARACTERS_KEPT_MAX, sizeCalculation: (_, text) => text.length + 1 });
