// The port to where messages go. Every channel may be given a message twice: it passes the id on, so that a receiver can tell.

/** A message as one channel sends it; `content` is what the outbox keeps. */
export type Message = Readonly<{ messageId: string; content: unknown }>;

export interface Channel {
  /** Resolves when whoever is there has taken the message. Rejects otherwise, with a `Refused` where no repeat will help. */
  send(message: Message): Promise<void>;
  close(): void;
}

/** Nobody is to have the message any more. It is over, and no failure. */
export class NobodyThere extends Error {
  override readonly name = 'NobodyThere';
}

/** The other side has taken a look and will not have it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
