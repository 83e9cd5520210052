// Traces of the configured house: who collects them, and what is wrapped so that they are told. Without GAVEL_TRACES_URL nothing
// of this is loaded, and nothing is wrapped.
import type { BatchHandler, CommandBus } from '../bus/command-bus.js';
import type { Config } from '../config.js';
import type { AuctionId, CommandId } from '../domain/ids.js';
import type { Projection } from '../feed/projection.js';
import type { Journal, JournalEntry } from '../journal/journal.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Traces } from '../runtime/traces.js';
import type { Undo } from './undoable.js';

/** Null where nobody collects them. What is left is sent at the end. */
export async function openTraces(
  { traces: settings }: Pick<Config, 'traces'>,
  { role, runtime }: Readonly<{ role: string; runtime: Runtime }>,
  undo: Undo[],
): Promise<Traces | null> {
  if (settings === null) return null;
  const { OtelTraces } = await import('../observability/otel.traces.js');
  const traces = new OtelTraces({ ...settings, service: `gavel-${role}`, runtime });
  undo.push(() => traces.close());
  return traces;
}

/** The bus: from the edge to the answer; and where commands are judged, how long they waited and how long their batch took. */
export function tracedBus(bus: CommandBus, traces: Traces | null): CommandBus {
  if (traces === null) return bus;
  return {
    partitions: bus.partitions,
    depth: () => bus.depth(),
    drain: () => bus.drain(),
    run: (partition, handler) => bus.run(partition, tracedHandler(handler, traces)),
    submit: async (envelope) => {
      const { commandId, command } = envelope;
      if (!traces.follows(commandId)) return bus.submit(envelope);
      const request = traces.request();
      if (request !== undefined) request.commandId = commandId;
      const startMs = traces.nowMs();
      const outcome = await bus.submit(envelope);
      const attributes = { 'gavel.command': command.type, 'gavel.outcome': outcome.status };
      traces.span(commandId, {
        name: 'bus',
        startMs,
        endMs: traces.nowMs(),
        attributes,
        isRoot: request === undefined,
      });
      return outcome;
    },
  };
}

const tracedHandler =
  (handler: BatchHandler, traces: Traces): BatchHandler =>
  async (batch) => {
    const startMs = traces.nowMs();
    const outcomes = await handler(batch);
    const endMs = traces.nowMs();
    for (const { commandId, arrivedAt } of batch) {
      if (!traces.follows(commandId)) continue;
      traces.span(commandId, { name: 'queue', startMs: Math.min(arrivedAt, startMs), endMs: startMs });
      traces.span(commandId, { name: 'engine', startMs, endMs, attributes: { 'gavel.batch.commands': batch.length } });
    }
    return outcomes;
  };

/** The journal of an engine: how long the commit took that a command's events were in. */
export function tracedJournal(journal: Journal, traces: Traces | null): Journal {
  if (traces === null) return journal;
  return new Proxy(journal, {
    get(target, name) {
      if (name === 'append') return appendOf(target, traces);
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const appendOf =
  (journal: Journal, traces: Traces): Journal['append'] =>
  async (batch, isWanted) => {
    const startMs = traces.nowMs();
    const results = await journal.append(batch, isWanted);
    const endMs = traces.nowMs();
    for (const result of results)
      if (result.status === 'appended')
        for (const commandId of followedIn(result.recorded, traces))
          traces.span(commandId, {
            name: 'journal',
            startMs,
            endMs,
            attributes: { 'gavel.batch.streams': batch.length },
          });
    return results;
  };

/** A read model: how long the write took that a command's events were in. The commit follows it. */
export function tracedProjection(projection: Projection, traces: Traces | null): Projection {
  if (traces === null) return projection;
  return {
    ...projection,
    prepare: (events) => {
      const write = projection.prepare(events);
      if (write === null) return null;
      return async (client) => {
        const startMs = traces.nowMs();
        await write(client);
        const endMs = traces.nowMs();
        const attributes = { 'gavel.batch.events': events.length };
        for (const commandId of followedIn(events, traces))
          traces.span(commandId, { name: projection.name, startMs, endMs, attributes });
      };
    },
  };
}

/** What live prices have read: from here on it is on its way to those who watch. */
export const newsTraced =
  (traces: Traces) =>
  (entries: readonly JournalEntry[]): void => {
    for (const { meta, streamId, revision } of entries)
      if (traces.follows(meta.commandId) && streamId.startsWith('auction-'))
        traces.onItsWay(meta.commandId, streamId.slice('auction-'.length) as AuctionId, revision);
  };

function followedIn(events: readonly Pick<JournalEntry, 'meta'>[], traces: Traces): ReadonlySet<CommandId> {
  const followed = new Set<CommandId>();
  for (const { meta } of events) if (traces.follows(meta.commandId)) followed.add(meta.commandId);
  return followed;
}
