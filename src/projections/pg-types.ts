// How PostgreSQL's values become ours: `bigint` for 64-bit integers and instants (epoch milliseconds) for times.
import pg from 'pg';
import { type Instant, instant } from '../domain/time.js';

type Parser = (text: string) => unknown;

const { builtins } = pg.types;
const parseTime: (text: string) => Date = pg.types.getTypeParser(builtins.TIMESTAMPTZ, 'text');

const timeOf = (text: string): Instant => instant(parseTime(text).getTime());

/** To be given to a query as its `types`. */
export const ownTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): Parser => {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.TIMESTAMPTZ) return timeOf;
    return pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};
