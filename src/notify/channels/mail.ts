// Mail over SMTP. One place knows the library.
import { createTransport } from 'nodemailer';
import { Refused } from './channel.js';

export type Mail = Readonly<{
  messageId: string;
  to: readonly string[];
  subject: string;
  text: string;
  headers?: Readonly<Record<string, string>>;
}>;

export type Mailer = Readonly<{
  /** Resolves when the server has taken it. Rejects with a `Refused` where it will not, whatever the time. */
  send(mail: Mail): Promise<void>;
  close(): void;
}>;

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 30_000;
/** RFC 5321, section 4.2.1: a 5yz reply is for good. */
const PERMANENT_FROM = 500;

/** A mailer on this server, as `smtp://user:password@host:port` or `smtps://…`; `from` is the sender. */
export function mailerOf({ server, from }: Readonly<{ server: URL; from: string }>): Mailer {
  const transport = createTransport({
    url: server.href,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    // The text is ours; nothing in it may make the library read files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '');
  return {
    async send({ messageId, to, subject, text, headers }) {
      const all = { 'Auto-Submitted': 'auto-generated', ...headers };
      try {
        await transport.sendMail({
          messageId: `<${messageId}@${domain}>`,
          from,
          to: [...to],
          subject,
          text,
          headers: all,
        });
      } catch (error) {
        throw isForGood(error) ? new Refused(reasonOf(error)) : new Error(reasonOf(error));
      }
    },
    close: () => transport.close(),
  };
}

function isForGood(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null ? Reflect.get(error, 'responseCode') : null;
  return typeof code === 'number' && code >= PERMANENT_FROM;
}

/** Servers repeat the address in what they say, so only codes are kept. */
function reasonOf(error: unknown): string {
  const told = (name: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  const [code, answer] = [told('code'), told('responseCode')];
  return `the mail server did not take the message (${[code, answer].filter((one) => one !== undefined).join(' ') || 'no reason given'})`;
}
