// What the scorer knows, kept beside its scores: pieces of JSON lines, so that no piece is large.
import type { ClientBase } from 'pg';
import type { ScorerSnapshot } from '../../domain/fraud/fraud-scorer.js';

/** Entries written as one piece. */
const PIECE_ENTRIES = 5_000;

type Path = 'lots' | `${keyof ScorerSnapshot['histories']}.${'young' | 'old'}`;
type Piece = Readonly<{ path: Path; entries: readonly unknown[] }>;

/** Replaces the picture of a model's scorer, inside the caller's transaction. */
export async function saveSnapshot(client: ClientBase, model: number, snapshot: ScorerSnapshot): Promise<void> {
  await client.query('DELETE FROM fraud.snapshot_pieces WHERE model_version = $1', [model]);
  let number = 0;
  for (const piece of piecesOf(snapshot)) {
    number += 1;
    await client.query('INSERT INTO fraud.snapshot_pieces (model_version, piece, content) VALUES ($1, $2, $3)', [
      model,
      number,
      JSON.stringify(piece),
    ]);
  }
}

/** Reads the picture; an empty one where none was kept. */
export async function readSnapshot(client: ClientBase, model: number): Promise<ScorerSnapshot> {
  const lots: unknown[] = [];
  const histories = { bidders: none(), pairs: none(), sellers: none(), listings: none() };
  const { rows } = await client.query<{ content: string }>(
    'SELECT content FROM fraud.snapshot_pieces WHERE model_version = $1 ORDER BY piece',
    [model],
  );
  for (const { content } of rows) {
    const { path, entries } = JSON.parse(content) as Piece;
    const [name, generation] = path.split('.') as ['lots'] | [keyof typeof histories, 'young' | 'old'];
    const list = name === 'lots' ? lots : histories[name][generation ?? 'young'];
    for (const entry of entries) list.push(entry);
  }
  return { lots, histories } as unknown as ScorerSnapshot;
}

const none = (): Record<'young' | 'old', unknown[]> => ({ young: [], old: [] });

function* piecesOf({ lots, histories }: ScorerSnapshot): Generator<Piece> {
  yield* cut('lots', lots);
  for (const [name, { young, old }] of Object.entries(histories)) {
    yield* cut(`${name}.young` as Path, young);
    yield* cut(`${name}.old` as Path, old);
  }
}

function* cut(path: Path, entries: readonly unknown[]): Generator<Piece> {
  for (let i = 0; i < entries.length; i += PIECE_ENTRIES) yield { path, entries: entries.slice(i, i + PIECE_ENTRIES) };
}
