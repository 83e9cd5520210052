// Whether bidders and sellers are active or suspended, by a feed of user events of the engine's own: at most a second old.
import type { NamedUser } from '../domain/actor.js';
import type { UserId } from '../domain/ids.js';
import { userStream } from '../domain/messages.js';
import type { UserEvent } from '../domain/user/user.events.js';
import { evolve, namedUser, type User, unregistered } from '../domain/user/user.js';
import { type Journal, type JournalEntry, NO_STREAM, StreamCorrupt } from '../journal/journal.js';
import { RecentMap } from '../runtime/recent-map.js';

const PAGE_EVENTS = 4_096;

export type KnownUsersSettings = Readonly<{
  /** Users kept in memory. */
  usersMax: number;
}>;

/** One reading of a user's stream: whether an event of theirs went by meanwhile, and its end. */
type Loading = { isOvertaken: boolean; done: Promise<void> };

/** A user in memory, kept up to date for as long as it is, and unknown once it was forgotten for a gap. */
export type KnownUser = { user: User; revision: number; named: NamedUser };

export class KnownUsers {
  private readonly known: RecentMap<UserId, KnownUser>;
  /** Users whose stream is being read right now, each once however many partitions wait for it. */
  private readonly loading = new Map<UserId, Loading>();

  constructor(
    private readonly journal: Journal,
    settings: KnownUsersSettings,
  ) {
    this.known = new RecentMap(settings.usersMax);
  }

  /** The user as commands name them, if `prepare` has loaded it; `unknown` for anybody else. */
  of(userId: UserId): NamedUser {
    return this.get(userId)?.named ?? UNKNOWN;
  }

  /** The user, if it is known how they stand. */
  get(userId: UserId): KnownUser | undefined {
    return this.known.get(userId);
  }

  /** Loads these users where they are missing. */
  async prepare(userIds: Iterable<UserId>): Promise<void> {
    const missing: UserId[] = [];
    for (const userId of userIds) if (!this.known.has(userId)) missing.push(userId);
    if (missing.length > 0) await Promise.all(missing.map((userId) => this.load(userId)));
  }

  /** Takes in recorded events, in the journal's order. Users that are not in memory, and news that is none, are passed over. */
  take(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.advance(entry);
  }

  private advance(entry: JournalEntry): void {
    if (!entry.streamId.startsWith('user-')) return;
    const userId = entry.streamId.slice('user-'.length) as UserId;
    const loading = this.loading.get(userId);
    if (loading !== undefined) loading.isOvertaken = true;
    const known = this.known.get(userId);
    if (known === undefined || entry.revision <= known.revision) return;
    if (entry.revision !== known.revision + 1 || entry.kind !== 'event') {
      // A gap or a damaged event: forget the user, so that the next command loads the stream and meets the trouble itself.
      known.named = UNKNOWN;
      this.known.delete(userId);
      return;
    }
    Object.assign(known, knownAt(evolve(known.user, entry.event as UserEvent), entry.revision));
  }

  private async load(userId: UserId): Promise<void> {
    const other = this.loading.get(userId);
    if (other !== undefined) {
      await other.done;
      // Unknown when that reading began: somebody who registers this instant may bid in the next.
      return this.known.has(userId) ? undefined : this.load(userId);
    }
    const mine: Loading = { isOvertaken: false, done: Promise.resolve() };
    this.loading.set(userId, mine);
    mine.done = this.read(userId, mine).finally(() => this.loading.delete(userId));
    return mine.done;
  }

  private async read(userId: UserId, loading: Loading): Promise<void> {
    let loaded: KnownUser | null;
    do {
      // An event that goes by while the stream is read may be missing from what was read: then it is read again.
      loading.isOvertaken = false;
      loaded = await this.fold(userId);
    } while (loading.isOvertaken);
    // Unknown users are not kept.
    if (loaded !== null) this.known.set(userId, loaded);
  }

  private async fold(userId: UserId): Promise<KnownUser | null> {
    let user = unregistered;
    let revision = NO_STREAM;
    let page: readonly JournalEntry[];
    do {
      page = await this.journal.readStream(userStream(userId), revision + 1, PAGE_EVENTS);
      for (const entry of page) {
        if (entry.kind !== 'event') throw new StreamCorrupt(entry.streamId, entry.revision, entry.problem);
        user = evolve(user, entry.event as UserEvent);
        revision = entry.revision;
      }
    } while (page.length === PAGE_EVENTS);
    return revision === NO_STREAM ? null : knownAt(user, revision);
  }
}

const UNKNOWN: NamedUser = { status: 'unknown' };

const knownAt = (user: User, revision: number): KnownUser => ({ user, revision, named: namedUser(user, revision) });
