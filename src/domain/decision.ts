// What a decider answers: facts to record, or a refusal. A refusal is a value; nothing here is ever thrown.

export type Accepted<Event> = Readonly<{ accepted: true; events: readonly Event[] }>;
export type Rejected<Rejection> = Readonly<{ accepted: false; rejection: Rejection }>;
export type Decision<Event, Rejection> = Accepted<Event> | Rejected<Rejection>;

/** The command is taken, and these facts follow from it, in this order. */
export const accept = <Event>(...events: Event[]): Accepted<Event> => ({ accepted: true, events });

/** The command is refused for this reason; nothing happens to the aggregate. */
export const reject = <Rejection>(rejection: Rejection): Rejected<Rejection> => ({ accepted: false, rejection });
