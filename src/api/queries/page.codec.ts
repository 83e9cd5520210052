// Pages, in and out. A cursor is opaque here: its form is checked, Silver reads it, and answers `CursorInvalid` to a forged one.
import type { PageQuery } from '../schemas/views.schema.js';
import type { PageRequest } from './queries.js';

type Cursor = NonNullable<PageRequest['after']>;

/** The page that a query asks for. */
export const pageRequest = ({ cursor, limit }: PageQuery): PageRequest => ({
  after: cursor === undefined ? null : (cursor as Cursor),
  limit,
});

/** A page of rows as a page of what people see of them. */
export const pageView = <Row, View>(
  { rows, next }: Readonly<{ rows: readonly Row[]; next: string | null }>,
  viewOf: (row: Row) => View,
): { rows: View[]; next: string | null } => ({ rows: rows.map(viewOf), next });
