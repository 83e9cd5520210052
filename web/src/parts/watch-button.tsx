// A star: on the watch list or not. A name of its own says which, so that it is no matter of colour.
import { useState } from 'preact/hooks';
import { problemOf } from '../house/ask.js';
import { setWatched, watched } from '../house/own-lists.js';
import { person } from '../house/session.js';
import { words } from '../words/words.js';
import { tellAtOnce } from './announcer.js';
import { Icon } from './icon.js';

/** Shown to who is signed in. */
export function WatchButton({ id, title }: Readonly<{ id: string; title: string }>) {
  const [isSent, setSent] = useState(false);
  const { watching, problem } = words.value;
  if (person.value === null) return null;
  const isOn = watched.value.has(id);
  const press = async (): Promise<void> => {
    if (isSent) return;
    setSent(true);
    const failed = await setWatched(id, !isOn).then(
      () => null,
      (error) => problemOf(error, problem.notAnswered),
    );
    setSent(false);
    tellAtOnce(failed ?? (isOn ? watching.stopped(title) : watching.started(title)));
  };
  return (
    <button
      class="watch"
      type="button"
      aria-pressed={isOn}
      aria-label={watching.watch(title)}
      title={watching.watch(title)}
      onClick={() => void press()}
    >
      <Icon name="star" />
    </button>
  );
}
