// The point of an auction's story that `--at` names: a revision or a time.
import { type Instant, instant } from '../../domain/time.js';
import { OperatorError } from '../../runtime/operator-error.js';

/** The last event to tell: of a revision, of a time (inclusive), or whatever came last. */
export type Point =
  | Readonly<{ kind: 'revision'; revision: number }>
  | Readonly<{ kind: 'time'; at: Instant }>
  | Readonly<{ kind: 'end' }>;

const REVISION = /^\d{1,15}$/;
const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Reads `--at`. A time without a zone is UTC; a date alone is its first instant. */
export function readPoint(text: string | undefined): Point {
  if (text === undefined) return { kind: 'end' };
  if (REVISION.test(text)) return { kind: 'revision', revision: Number(text) };
  const at = TIME.test(text) ? Date.parse(withZone(text)) : Number.NaN;
  if (Number.isNaN(at))
    throw new OperatorError(
      `--at ${JSON.stringify(text.slice(0, 60))} is neither a revision, as 7, nor a time, as 2026-01-31T12:00:00Z`,
    );
  return { kind: 'time', at: instant(at) };
}

const withZone = (text: string): string =>
  /T.*(Z|[+-]\d{2}:?\d{2})$| .*(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : inUtc(text);

const inUtc = (text: string): string => (text.length === 'YYYY-MM-DD'.length ? `${text}T00:00:00Z` : `${text}Z`);

/** True for an event that stands behind the point. */
export function isBehind(point: Point, event: Readonly<{ revision: number; occurredAt: Instant }>): boolean {
  if (point.kind === 'end') return false;
  return point.kind === 'revision' ? event.revision > point.revision : event.occurredAt > point.at;
}
