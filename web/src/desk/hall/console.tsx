// The clerk's console of one sale: the lot in hand, what can be said of it, and all lots with what became of them.
import { useEffect, useState } from 'preact/hooks';
import type { Bid } from '../../house/auctions.js';
import { lostSince } from '../../house/live.js';
import type { Sale } from '../../house/sales.js';
import { money } from '../../money.js';
import { tellAtOnce } from '../../parts/announcer.js';
import { useEvery } from '../../parts/asked.js';
import { Failed } from '../../parts/list-states.js';
import { deskWords } from '../../words/desk-words.js';
import type { Lines } from '../../words/en.js';
import { locale } from '../../words/words.js';
import { calledElsewhere, type Done, firstOf, inHandOf, isUnseen, nextOf } from './in-hand.js';
import { CallsTable, LotFacts, LotsList } from './lot-parts.js';
import { Panel } from './panel.js';
import type { HallLot } from './questions.js';
import type { Said } from './said.js';
import { useStatus } from './status.js';
import { callsAmong, useCalls, useHallLots, usePaddles, useQueue } from './use-hall.js';

const UNSEEN_MS = 2_000;

export function Console({ sale }: Readonly<{ sale: Sale }>) {
  const { hall } = deskWords.value;
  const [chosen, choose] = useState<string | null>(null);
  const [notice, setNotice] = useState<Lines | null>(null);
  const [sentAgain, setSentAgain] = useState(0);
  const { lots, failed, renew } = useHallLots(sale.saleId, chosen);
  const paddles = usePaddles(sale.saleId);
  const [done, setDone] = useState<readonly Done[]>([]);
  const queue = useQueue(sale.saleId, ({ said }, { message, revision }, wasLate) => {
    if (revision !== null)
      setDone((before) => [...before.filter((one) => isUnseen(one, lots ?? [])), { said, revision }]);
    if (wasLate) setSentAgain((count) => count + 1);
    if (message !== null) notify(hall.status.refused(textOf(said, lots ?? []), message));
  });
  const lot = lots === null ? null : (lots.find(({ lotId }) => lotId === chosen) ?? firstOf(lots));
  const { called, commissions } = callsAmong(useCalls(lot?.lotId ?? null, lot?.auction?.revision));
  const leading = leadingOf(lot, called);
  // The first lot that is shown is the one in hand until another is chosen: it is not left because somebody ends it.
  useEffect(() => {
    if (lot !== null && chosen === null) choose(lot.lotId);
  }, [lot?.lotId, chosen]);

  const notify = (lines: Lines | null): void => {
    setNotice(lines);
    if (lines !== null) tellAtOnce(lines.join('. '));
  };
  const waiting = queue.waiting.value;
  const isLive = lostSince.value === null && queue.silentSince.value === null;
  const unseen = done.filter((one) => isUnseen(one, lots ?? []));
  // News that do not come are asked for.
  useEvery(UNSEEN_MS, () => unseen.length > 0 && renew());
  const inHand = lot === null ? null : inHandOf(lot, { waiting: [...unseen, ...waiting], leading, isLive });
  const who = leading === null ? '' : hall.leads(paddles.get(leading.bidderId) ?? null, hall.sources[leading.bidType]);
  const elsewhere = lots === null || lot === null ? null : calledElsewhere(lots, lot);
  const status = useStatus({ lot, inHand, who, sale, elsewhere, queue, sentAgain });
  if (failed && lots === null) return <Failed renew={renew} />;
  if (lots === null || lot === null || inHand === null) return <div class="console" aria-busy={lots === null} />;

  const goOn = (): void => {
    const next = nextOf(lots, lot, inHand);
    if (next === 'called') notify(hall.called);
    else if (next === null) notify(hall.noMore);
    else choose(next.lotId);
  };
  return (
    <div class="console">
      <LotFacts lot={lot} count={sale.lotCount} commissions={commissions} />
      <Panel
        lot={lot}
        inHand={inHand}
        who={who}
        status={notice ?? status}
        isNotice={notice !== null}
        waiting={waiting.map(({ commandId, said }) => ({ commandId, text: textOf(said, lots) }))}
        say={(said) => queue.say(said)}
        next={goOn}
        notify={notify}
        pressed={() => {
          setNotice(null);
          if (waiting.length === 0) setSentAgain(0);
        }}
      />
      <div class="stack">
        <CallsTable bids={called} currency={lot.currency} paddles={paddles} />
        <LotsList lots={lots} inHand={lot} paddles={paddles} choose={choose} />
      </div>
    </div>
  );
}

const leadingOf = (lot: HallLot | null, called: readonly Bid[]): Bid | null =>
  called.find(({ bidNumber }) => bidNumber === lot?.auction?.leadingBid) ?? null;

/** A command in words. */
function textOf(said: Said, lots: readonly HallLot[]): string {
  const lot = lots.find(({ lotId }) => lotId === said.input.auctionId);
  const minor = said.act === 'bid' ? said.input.amount : 'askingPrice' in said.input ? said.input.askingPrice : null;
  const amount = minor == null || lot === undefined ? null : money(BigInt(minor), lot.currency, locale.value);
  const paddle = said.act === 'bid' ? said.input.paddle : null;
  return deskWords.value.hall.acts[said.act]({ lot: lot?.lotNumber ?? '', paddle, amount });
}
