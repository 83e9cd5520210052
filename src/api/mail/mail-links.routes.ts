// Where links in mail lead: a page with one button, and what the button does. A look alone changes nothing, because programs that check
// mail follow every link. Whoever has the link needs no token of their own.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UserId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import { decrypt } from '../../personal-data/personal-data.js';
import { houseCommandId } from '../../runtime/name-uuid.js';
import type { ApiDeps, MailLinkRead } from '../api.deps.js';

/** No script, nothing from others, and forms to this house alone. */
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

type Purpose = 'confirm' | 'unsubscribe';
type Page = Readonly<{ title: string; text: string; button?: string }>;

const ASKED: Readonly<Record<Purpose, Page>> = {
  confirm: {
    title: 'Confirm your e-mail address',
    text: 'Mail of this house then goes to this address.',
    button: 'Confirm',
  },
  unsubscribe: { title: 'No more mail', text: 'You get no more news by e-mail.', button: 'Unsubscribe' },
};
const DONE: Readonly<Record<Purpose, Page>> = {
  confirm: { title: 'Confirmed', text: 'Your e-mail address is confirmed.' },
  unsubscribe: { title: 'Unsubscribed', text: 'You get no more news by e-mail. Your account can ask for them again.' },
};
const OVER: Page = {
  title: 'This link is over',
  text: 'It is not of this house, too old, or for an address that was changed.',
};
const LATER: Page = { title: 'Not now', text: 'The house could not take this. Try again in a while.' };

/** Makes `/mail/confirm` and `/mail/unsubscribe`, where people get mail. To be called before the instance listens. */
export async function serveMailLinks(instance: FastifyInstance, deps: ApiDeps): Promise<void> {
  const { mailLinks } = deps;
  if (mailLinks === null) return;
  // Buttons of pages and of mail programs (RFC 8058) send forms, which nothing else here takes. The token is in the address.
  await instance.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { bodyLimit: 1_024, parseAs: 'string' },
      (_r, _b, done) => done(null, undefined),
    );
    for (const purpose of ['confirm', 'unsubscribe'] as const) {
      const url = `/mail/${purpose}`;
      const linkIn = (request: FastifyRequest): MailLinkRead | null => {
        const { token } = request.query as { token?: unknown };
        return typeof token === 'string' ? mailLinks.read(token, purpose, deps.runtime.now()) : null;
      };
      scope.get(url, { config: { access: 'public' } }, async (request, reply) =>
        linkIn(request) === null ? show(reply, 410, OVER) : show(reply, 200, ASKED[purpose]),
      );
      scope.post(url, { config: { access: 'public' } }, async (request, reply) => {
        const link = linkIn(request);
        if (link === null) return show(reply, 410, OVER);
        return show(reply, ...(await follow(deps, purpose, link)));
      });
    }
  });
}

async function follow(deps: ApiDeps, purpose: Purpose, link: MailLinkRead): Promise<[number, Page]> {
  const { userId, dataVersion } = link;
  const command: Command =
    purpose === 'confirm'
      ? { type: 'ConfirmEmail', userId, dataVersion }
      : { type: 'ChooseMail', userId, wanted: false };
  const commandId = houseCommandId(`mail ${purpose}`, userId, deps.runtime.now());
  const outcome = await deps.bus.submit({ command, commandId, actor: { kind: 'house' }, correlationId: null });
  if (outcome.status !== 'accepted' && outcome.status !== 'rejected') return [503, LATER];
  const isDone = outcome.status === 'accepted' || outcome.rejection.reason === 'EmailAlreadyVerified';
  if (!isDone) return [410, OVER];
  if (purpose === 'confirm') await deps.signIn?.accounts.confirm(userId, await addressOf(deps, userId));
  return [200, DONE[purpose]];
}

/** The address that the person has given last; null where it cannot be told. */
async function addressOf({ queries, keyStore }: ApiDeps, userId: UserId): Promise<string | null> {
  const encrypted = (await queries.ownUser(userId))?.personalData ?? null;
  const opened = encrypted === null ? null : await decrypt(keyStore, userId, encrypted);
  return opened?.status === 'open' ? opened.data.email : null;
}

function show(reply: FastifyReply, status: number, { title, text, button }: Page): FastifyReply {
  // The form goes to the address it came from, token included.
  const form = button === undefined ? '' : `<form method="post"><button>${button}</button></form>`;
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">
<link rel="stylesheet" href="/pages/house.css"></head>
<body><main><h1>${title}</h1><p>${text}</p>${form}</main></body></html>
`;
  return reply
    .code(status)
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}
