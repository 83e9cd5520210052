// The landing folder of the lake: files that lie under `landing/` are taken in once each. Nothing is moved or deleted there; what
// was taken in is remembered by content, beside the folder.
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../lake/object-store.js';

/** `profile` is the folder that the file lies in; null right under `landing/`. `mark` is set once the file was taken in. */
export type LandedFile = Readonly<{ key: string; bytes: number; profile: string | null; mark: string }>;

const FOLDER = 'landing/';
const MARKS = 'landing-done/';
const TAKEN = /\.(csv|tsv|txt|json|ndjson|jsonl)$/i;

/**
 * Files that were not taken in yet, in the order of their names. A file is known by its bytes and the profile it is read with
 * (`profileText`), not by its name: renamed it is the same, and read by a changed profile another.
 */
export async function* landedFiles(
  store: ObjectStore,
  profileText: (name: string | null) => Promise<string>,
): AsyncGenerator<LandedFile> {
  for await (const { key, bytes } of store.list(FOLDER)) {
    if (!TAKEN.test(key)) continue;
    const [folder, ...rest] = key.slice(FOLDER.length).split('/');
    const profile = rest.length === 0 ? null : (folder ?? null);
    const hash = createHash('sha256').update(await profileText(profile));
    for await (const piece of await store.read(key)) hash.update(piece);
    const mark = `${MARKS}${hash.digest('hex')}.json`;
    if ((await store.stat(mark)) === null) yield { key, bytes, profile, mark };
  }
}
