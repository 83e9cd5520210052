// Changes of fraud cases to staff who listen. Cases are few: one look a second, while somebody listens.
import type { FraudCaseQueries, FraudCaseRow } from '../../projections/silver/fraud-cases.queries.js';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';

type Listener = (changed: FraudCaseRow) => void;

const LOOK_EVERY_MS = 1_000;
/** Of more cases that change between two looks, those that changed last are told. */
const CHANGED_MAX = 100;
const BACK_OFF = { minMs: 500, maxMs: 10_000 };

export class CaseNews {
  private readonly listeners = new Set<Listener>();
  private loop: Loop | null = null;
  /** The cases that changed last, as of the look before. */
  private seen: ReadonlyMap<string, bigint> = new Map();

  constructor(
    private readonly cases: Pick<FraudCaseQueries, 'casesChanged'>,
    private readonly parts: Readonly<{ runtime: Runtime; log: Log }>,
  ) {}

  /** Calls `listener` with each case that changes from now on, until the returned function is called. */
  async listen(listener: Listener): Promise<() => void> {
    if (this.listeners.size === 0) await this.look();
    this.listeners.add(listener);
    this.begin();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  }

  close(): void {
    void this.loop?.stop();
    this.loop = null;
  }

  private begin(): void {
    if (this.loop !== null) return;
    const round = async (): Promise<void> => {
      for (const changed of await this.look()) for (const listener of this.listeners) listener(changed);
    };
    this.loop = new Loop({
      name: 'changes of fraud cases',
      ...this.parts,
      backOff: BACK_OFF,
      pauseMs: LOOK_EVERY_MS,
      round,
    });
    this.loop.start();
  }

  /** What has changed since the look before, the earliest first. */
  private async look(): Promise<readonly FraudCaseRow[]> {
    const rows = await this.cases.casesChanged(CHANGED_MAX);
    const fresh = rows.filter(({ caseId, revision }) => this.seen.get(caseId) !== revision);
    this.seen = new Map(rows.map(({ caseId, revision }) => [caseId, revision]));
    return fresh.reverse();
  }
}
