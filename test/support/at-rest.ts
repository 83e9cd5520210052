// What a house keeps: its database as the text of a dump, its files as they lie on the disk, and what somebody who has both
// a dump and the keys can read in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type UserId, userId } from '../../src/domain/ids.js';
import { DirectoryKeyStore } from '../../src/personal-data/directory.key-store.js';
import { decrypt, decryptPersonalText, usernameOf } from '../../src/personal-data/personal-data.js';

const TABLES = `
SELECT format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1`;

/** Every row of every table, as COPY writes it, by the table's name; and what the planner remembers of the columns. */
export async function dumpOf(connection: pg.ClientConfig): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(TABLES);
    const dump = new Map<string, string>();
    for (const { name } of rows) dump.set(name, await copied(client, name));
    dump.set('pg_stats', await copied(client, '(SELECT * FROM pg_stats)'));
    return dump;
  } finally {
    await client.end();
  }
}

function copied(client: pg.Client, table: string): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const query = new pg.Query(`COPY (SELECT * FROM ${table}) TO STDOUT`, (error: Error | null | undefined) => {
      if (error == null) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(error);
    });
    client.query(Object.assign(query, { handleCopyData: ({ chunk }: { chunk: Buffer }) => chunks.push(chunk) }));
  });
}

/**
 * Which of the words stand in any file below the directory: as they are, in UTF-16, base64 or hexadecimal digits. What all of
 * them begin with is looked for, and then which of them it is: a house has many files, and each word a handful of spellings.
 */
export function wordsInFiles(directory: string, words: readonly string[]): ReadonlySet<string> {
  const ways = waysToSpell(words);
  const found = new Set<string>();
  for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const content = readFileSync(join(file.parentPath, file.name));
    for (const { beginning, spelled } of ways)
      for (let at = content.indexOf(beginning); at >= 0; at = content.indexOf(beginning, at + 1))
        for (const [word, spelling] of spelled)
          if (!found.has(word) && spelling.equals(content.subarray(at, at + spelling.length))) found.add(word);
  }
  return found;
}

/** One way to spell the words: how each of them is spelled, and what all of these begin with. */
type Way = Readonly<{ beginning: Buffer; spelled: readonly (readonly [word: string, spelling: Buffer])[] }>;

function waysToSpell(words: readonly string[]): readonly Way[] {
  const all = words.map((word) => [word, spellingsOf(word)] as const);
  return spellingsOf('').map((_, way): Way => {
    const spelled = all.flatMap(([word, spellings]) =>
      spellings.slice(way, way + 1).map((one) => [word, one] as const),
    );
    return { beginning: sharedBeginning(spelled.map(([, spelling]) => spelling)), spelled };
  });
}

function sharedBeginning([first = Buffer.alloc(0), ...others]: readonly Buffer[]): Buffer {
  const differs = first.findIndex((byte, i) => others.some((other) => other[i] !== byte));
  const shared = first.subarray(0, differs < 0 ? first.length : differs);
  if (shared.length === 0) throw new Error('the words that are looked for have no beginning in common');
  return shared;
}

function spellingsOf(word: string): readonly Buffer[] {
  const bytes = Buffer.from(word);
  const hex = bytes.toString('hex');
  // Where the word begins within base64 decides how it looks; digits that it shares with its neighbours are left out.
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
  });
  return [bytes, Buffer.from(word, 'utf16le'), ...[hex, hex.toUpperCase(), ...base64].map((text) => Buffer.from(text))];
}

/** Base64 whose first byte is 1, as that of everything encrypted: hashes are many, and would be tried under every key. */
const ENCRYPTED = /(?<![A-Za-z0-9+/])A[Q-Za-f][A-Za-z0-9+/]{38,}={0,2}/g;

/** All that is encrypted in the text and opens under a key that lies in the directory. */
export async function openedWith(keysDirectory: string, text: string): Promise<string> {
  const keys = new DirectoryKeyStore(keysDirectory);
  const people = ownersIn(keysDirectory);
  const opened: unknown[] = [];
  for (const [encrypted] of new Set(text.match(ENCRYPTED)).entries())
    for (const person of people)
      opened.push(
        await decrypt(keys, person, encrypted),
        await usernameOf(keys, person, encrypted),
        await decryptPersonalText(keys, person, 'tax number', encrypted),
        await decryptPersonalText(keys, person, 'bank account', encrypted),
      );
  return JSON.stringify(opened);
}

const ownersIn = (keysDirectory: string): readonly UserId[] =>
  readdirSync(keysDirectory, { recursive: true, withFileTypes: true }).flatMap((file) =>
    file.isFile() ? [userId(file.name)] : [],
  );
