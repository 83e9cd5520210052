// How the inside of the house does, as operators ask over the API: consumers, parked streams, erasures.
import pg from 'pg';
import type { ReplayOutcome, Workings } from '../api/api.deps.js';
import { ApiError } from '../api/http/api-error.js';
import { listParked, type ParkedStream, replayParked } from '../feed/parked-streams.js';
import type { Projection } from '../feed/projection.js';
import { closeSession, openSession } from '../feed/session.js';
import type { Journal } from '../journal/journal.js';
import type { ErasureList } from '../personal-data/erasure-list.js';
import { closingsProjection } from '../projections/closings/closings.projection.js';
import { silverProjection } from '../projections/silver/silver.projection.js';
import type { ConsumerRow, SilverQueries } from '../projections/silver/silver.queries.js';
import type { Runtime } from '../runtime/runtime.js';
import { JOURNAL_PROJECTIONS } from './journal.js';

/** What consumers of this house apply, and so can take up again. */
export const REPLAYABLE: readonly Projection[] = [silverProjection(), closingsProjection(), ...JOURNAL_PROJECTIONS];

export type WorkingsParts = Readonly<{
  journal: Journal;
  silver: Pick<SilverQueries, 'consumers'>;
  postgres: pg.ClientConfig;
  list: Pick<ErasureList, 'all'>;
  runtime: Runtime;
}>;

export const workingsOf = ({ journal, silver, postgres, list, runtime }: WorkingsParts): Workings => ({
  state: async () => {
    const rows = await silver.consumers();
    // After the checkpoints: nobody is ahead of the head.
    const head = await journal.head();
    const missing = ({ position }: ConsumerRow): number | null => {
      if (head === null) return 0;
      const events = journal.eventsBetween(position === null ? null : journal.parsePosition(position), head);
      return events === null ? null : Math.max(0, Number(events));
    };
    return {
      eventsRecorded: head === null ? 0n : journal.eventsBetween(null, head),
      consumers: rows.map((row) => ({
        name: row.consumer,
        events: missing(row),
        parkedStreams: row.parkedStreams,
        movedAt: row.updatedAt,
      })),
    };
  },
  parked: () => parkedStreams(postgres),
  replay: (consumer, streamId) => replay({ journal, postgres, runtime }, consumer, streamId),
  erased: async () => (await list.all()).toSorted(),
});

async function parkedStreams(postgres: pg.ClientConfig): Promise<readonly ParkedStream[]> {
  const client = new pg.Client({ ...postgres, application_name: 'gavel parked streams' });
  await client.connect();
  try {
    return await listParked(client, null, null);
  } finally {
    await client.end();
  }
}

async function replay(
  { journal, postgres, runtime }: Pick<WorkingsParts, 'journal' | 'postgres' | 'runtime'>,
  consumer: string,
  streamId: string,
): Promise<ReplayOutcome> {
  const [parked] = (await parkedStreams(postgres)).filter(
    (row) => row.consumer === consumer && row.streamId === streamId,
  );
  if (parked === undefined) return { status: 'not parked' };
  const projection = REPLAYABLE.find(({ name }) => name === consumer);
  if (projection === undefined)
    throw new ApiError(
      409,
      'NotReplayable',
      `${streamId} is parked by ${consumer}, whose streams are not replayed here`,
    );
  const client = await openSession(postgres, projection);
  try {
    return await replayParked(client, { journal, projection, streamId: parked.streamId, now: runtime.now() });
  } finally {
    await closeSession(client, runtime);
  }
}
