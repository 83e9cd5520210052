// Where the clerk works: the two prices, what is going on, the field, and a key for each act. The keys work while the focus is in here.
import { useEffect, useRef, useState } from 'preact/hooks';
import { money, typed } from '../../money.js';
import { tellAtOnce } from '../../parts/announcer.js';
import { Icon } from '../../parts/icon.js';
import { deskWords } from '../../words/desk-words.js';
import type { Lines } from '../../words/en.js';
import { locale } from '../../words/words.js';
import { isEnded } from './in-hand.js';
import { EMPTY, type InHand, isKey, KEYS, type Key, press } from './keys.js';
import type { HallLot } from './questions.js';
import type { Said } from './said.js';

type PanelParts = Readonly<{
  lot: HallLot;
  inHand: InHand;
  who: string;
  status: Lines;
  isNotice: boolean;
  waiting: readonly Readonly<{ commandId: string; text: string }>[];
  say: (said: Said) => void;
  next: () => void;
  notify: (lines: Lines) => void;
  /** The clerk goes on: whatever was said of the last key is over. */
  pressed: () => void;
}>;

export function Panel({ lot, inHand, who, status, isNotice, waiting, say, next, notify, pressed }: PanelParts) {
  const { hall } = deskWords.value;
  const [entry, setEntry] = useState(EMPTY);
  const [hasKeys, setKeys] = useState(true);
  const field = useRef<HTMLInputElement>(null);
  const price = (minor: bigint): string => money(minor, inHand.currency, locale.value);
  // The console is opened to be worked at; another lot begins with an empty field.
  useEffect(() => {
    setEntry(EMPTY);
    field.current?.focus({ preventScroll: true });
  }, [lot.lotId]);

  const armed = armedLines();
  const lines = armed ?? status;
  const tone = armed !== null || isNotice ? 'out' : lot.auction?.status === 'SOLD' ? 'lead' : '';

  function armedLines(): Lines | null {
    if (entry.mode === 'hammer') return hall.status.hammer(price(inHand.leadingPrice ?? inHand.asking), who);
    return entry.mode === 'pass' ? hall.status.pass : null;
  }
  function did(key: Key | 'Enter' | 'Escape'): void {
    pressed();
    const done = press(key, entry, inHand, (text) => typed(text, inHand.currency, locale.value));
    setEntry(done.entry);
    if (done.say !== undefined) say(done.say);
    if (done.isNext === true) next();
    if (done.problem !== undefined) notify(hall.problems[done.problem]);
    field.current?.focus();
  }
  function keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !hasKeys) return;
    const key = event.key === 'Escape' ? 'Escape' : event.key.toLowerCase();
    if (key !== 'Escape' && !isKey(key)) return;
    event.preventDefault();
    if (!event.repeat) did(key);
  }
  useEffect(() => {
    if (armed !== null) tellAtOnce(armed.join('. '));
  }, [entry.mode]);

  const isArmed = armed !== null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of the controls inside.
    <section class="work stack" aria-label={hall.panel} onKeyDown={keyDown}>
      <Prices inHand={inHand} lot={lot} who={who} />
      <div class={`status ${tone}`}>
        <Icon name={tone === 'lead' ? 'check' : 'info'} />
        <p>
          <strong>{lines[0]}</strong>
          {lines[1]}
        </p>
      </div>
      {waiting.length > 0 && (
        <ol class="queue" aria-label={hall.queue}>
          {waiting.map(({ commandId, text }) => (
            <li key={commandId}>{text}</li>
          ))}
        </ol>
      )}
      <KeyButtons keys={['o', 'f', 'p', 'a']} main={inHand.isOpened || isEnded(lot.auction) ? null : 'o'} did={did} />
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          did('Enter');
        }}
      >
        <label for="entry">{hall.field[entry.mode]}</label>
        <span class="entry">
          <input
            class="input"
            id="entry"
            ref={field}
            inputMode="decimal"
            autocomplete="off"
            aria-describedby="entry-hint"
            value={entry.text}
            onInput={(event) => {
              const text = event.currentTarget.value;
              // Figures behind an armed hammer are a paddle: they disarm it.
              setEntry({ mode: entry.mode === 'hammer' || entry.mode === 'pass' ? 'floor' : entry.mode, text });
            }}
          />
          <button class={`btn ${isArmed ? 'main' : ''}`} type="submit">
            {hall.go[entry.mode](price(inHand.asking))}
          </button>
        </span>
        <p class="hint" id="entry-hint">
          {hall.hint}
        </p>
      </form>
      <KeyButtons keys={['w', 'h', 'x', 'u']} main={null} did={did} />
      <KeyButtons keys={['n', '+', '-']} main={null} did={did} />
      <label class="check">
        <input type="checkbox" checked={hasKeys} onChange={(event) => setKeys(event.currentTarget.checked)} />
        {hall.keysOn}: {KEYS.map((key) => key.toUpperCase()).join(' ')}
      </label>
    </section>
  );
}

type KeyParts = Readonly<{ keys: readonly Key[]; main: Key | null; did: (key: Key) => void }>;

function KeyButtons({ keys, main, did }: KeyParts) {
  const { hall } = deskWords.value;
  return (
    <div class="keys">
      {keys.map((key) => (
        <button
          class={`btn ${key === main ? 'main' : ''}`}
          type="button"
          key={key}
          aria-keyshortcuts={key.toUpperCase()}
          onClick={() => did(key)}
        >
          <kbd>{key === '-' ? '−' : key.toUpperCase()}</kbd>
          <span>
            {hall.keyNames[key][0]}
            <small>{hall.keyNames[key][1]}</small>
          </span>
        </button>
      ))}
    </div>
  );
}

function Prices({ inHand, lot, who }: Readonly<{ inHand: InHand; lot: HallLot; who: string }>) {
  const { hall } = deskWords.value;
  const price = (minor: bigint): string => money(minor, inHand.currency, locale.value);
  const stands = inHand.leadingPrice ?? BigInt(lot.startingPrice);
  return (
    <dl class="ask">
      <div>
        <dt class="meta">{inHand.leadingPrice === null ? hall.starting : hall.current}</dt>
        <dd class="fig" id="hall-price">
          <bdi>{price(stands)}</bdi>
        </dd>
        <dd id="hall-leads">{inHand.leadingPrice === null ? hall.nobodyLeads : who}</dd>
      </div>
      <div>
        <dt class="meta">{hall.asking}</dt>
        <dd class="fig" id="hall-asking">
          <bdi>{isEnded(lot.auction) ? '–' : price(inHand.asking)}</bdi>
        </dd>
      </div>
    </dl>
  );
}
