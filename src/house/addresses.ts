// Where the APIs of a data directory answer. Each notes its address there for as long as it is open, so that commands on
// this directory speak to this house and to no other.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hasCode } from '../runtime/system-error.js';

const note = z.object({ url: z.url({ protocol: /^https?$/ }), pid: z.int().positive() });

const notesIn = (dataDirectory: string): string => join(dataDirectory, 'open');

/**
 * Notes that this process answers at `url`; the returned function takes the note away. Notes that killed processes left
 * behind are removed.
 */
export async function noteAddress(dataDirectory: string, url: string): Promise<() => Promise<void>> {
  const directory = notesIn(dataDirectory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const { file, isAlive } of await readNotes(directory)) if (!isAlive) await rm(file, { force: true });
  const file = join(directory, `${process.pid}.json`);
  // Whoever reads meanwhile sees a whole note or none.
  await writeFile(`${file}.new`, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return () => rm(file, { force: true });
}

/** The addresses that living processes have noted, in the order of their text. Empty where no house is open. */
export async function notedAddresses(dataDirectory: string): Promise<readonly string[]> {
  const notes = await readNotes(notesIn(dataDirectory));
  return notes.flatMap(({ url, isAlive }) => (isAlive && url !== null ? [url] : [])).sort();
}

type Note = Readonly<{ file: string; url: string | null; isAlive: boolean }>;

async function readNotes(directory: string): Promise<readonly Note[]> {
  const names = (await ifThere(readdir(directory))) ?? [];
  const files = names.filter((name) => name.endsWith('.json')).map((name) => join(directory, name));
  return Promise.all(
    files.map(async (file) => {
      const read = note.safeParse(jsonIn((await ifThere(readFile(file, 'utf8'))) ?? ''));
      return { file, url: read.data?.url ?? null, isAlive: read.success && isAlive(read.data.pid) };
    }),
  );
}

/** Null for what is no JSON: a disk that was full may have left half a note. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A process of another user takes no signal from us, and lives. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    if (hasCode(error, 'EPERM')) return true;
    throw error;
  }
}

async function ifThere<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
