// A real SMTP server that keeps what it is given.
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export type TakenMail = Readonly<{ to: readonly string[]; mail: ParsedMail }>;

export type MailServer = Readonly<{
  url: string;
  taken: TakenMail[];
  /** What is said to the next messages, as 451 or 550; null to take them. */
  refuseWith(code: number | null): void;
  /** Called when a message has been taken, before the client is told. */
  onTaken(hook: (() => void) | null): void;
  stop(): Promise<void>;
}>;

/** On `port`, or any free one. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const taken: TakenMail[] = [];
  let refusal: number | null = null;
  let hook: (() => void) | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'gavel' && password === 'not-a-real-password'
        ? done(null, { user: username })
        : done(Object.assign(new Error('no'), { responseCode: 535 })),
    onData(stream, { envelope }, done) {
      simpleParser(stream).then(
        (mail) => {
          if (refusal !== null) return done(Object.assign(new Error('not now'), { responseCode: refusal }));
          taken.push({ to: envelope.rcptTo.map(({ address }) => address), mail });
          hook?.();
          done();
        },
        (error: unknown) => done(error as Error),
      );
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', () => listening()));
  const { port: at } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${at}`,
    taken,
    refuseWith: (code) => {
      refusal = code;
    },
    onTaken: (given) => {
      hook = given;
    },
    stop: () => new Promise((closed) => server.close(() => closed())),
  };
}
