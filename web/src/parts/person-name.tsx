// People by their names. Ids are asked for together, ten a document (document-limits.ts), and kept while the page lasts.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { askText } from '../house/ask.js';

const TOGETHER_MAX = 10;
const ID = /^[0-9a-f-]{36}$/;
const SHOWN = 8;

/** Null for somebody without a name: erased, or not there. */
const names = signal<ReadonlyMap<string, string | null>>(new Map());
const wanted = new Set<string>();
const asked = new Set<string>();

async function askAll(): Promise<void> {
  while (wanted.size > 0) {
    const ids = [...wanted].slice(0, TOGETHER_MAX);
    for (const id of ids) wanted.delete(id);
    const fields = ids.map((id, n) => `u${n}: user(id: "${id}") { username }`).join(' ');
    const found = await askText<Record<string, { username: string | null } | null>>(`{ ${fields} }`).catch(() => null);
    if (found === null) for (const id of ids) asked.delete(id);
    else
      names.value = new Map([...names.value, ...ids.map((id, n) => [id, found[`u${n}`]?.username ?? null] as const)]);
  }
}

function want(id: string): void {
  if (asked.has(id) || !ID.test(id)) return;
  asked.add(id);
  wanted.add(id);
  // Behind whatever else this turn shows.
  if (wanted.size === 1) queueMicrotask(() => void askAll());
}

/** The username; until it is known, or where there is none, how the id ends: ids of one day begin alike. */
export function PersonName({ id }: Readonly<{ id: string }>) {
  useEffect(() => want(id), [id]);
  const name = names.value.get(id);
  return <bdi title={id}>{name ?? `…${id.slice(-SHOWN)}`}</bdi>;
}
