// A browser as far as sign-in goes: it keeps the cookies that it is given, and says which page asks.
import type { Reply, Send } from './request.js';
import { request } from './request.js';

export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(private readonly url: string) {}

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async send(method: string, path: string, { headers = {}, ...send }: Send = {}): Promise<Reply> {
    const own = { ...(this.cookies.size > 0 && { cookie: this.cookie }), origin: this.url };
    const reply = await request(this.url, method, path, { ...send, headers: { ...own, ...headers } });
    for (const line of reply.headers.getSetCookie()) this.keep(line);
    return reply;
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.send('POST', path, { body, headers });
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    if (attributes.some((one) => /^max-age=0$/i.test(one))) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1));
  }
}
