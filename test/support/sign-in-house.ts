// A house that signs people in itself, with a real mail server.
import { expect } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { signInOf } from '../../src/house/sign-in.js';
import type { Undo } from '../../src/house/undoable.js';
import { ApiHouse, settings } from './api.js';
import { Browser } from './browser.js';
import { eventually } from './eventually.js';
import type { ForwardRuntime } from './forward.runtime.js';
import { type MailServer, startMailServer, type TakenMail } from './mail-server.js';
import { mailLinks, type PeopleMail, press, startPeopleMail } from './people-mail.js';

export const PASSWORD = 'correct horse battery';

export class SignInHouse {
  private constructor(
    readonly house: ApiHouse,
    private readonly mail: MailServer,
    private readonly sending: PeopleMail,
    private readonly undo: readonly Undo[],
    private readonly lookUps: () => number,
  ) {}

  static async open(clock: ForwardRuntime): Promise<SignInHouse> {
    const [mail, undo]: [MailServer, Undo[]] = [await startMailServer(), []];
    let lookUps = 0;
    const config = loadConfig({ GAVEL_MAIL_URL: mail.url, GAVEL_PUBLIC_URL: 'http://house.example' });
    const house = await ApiHouse.open({
      runtime: clock,
      mailLinks,
      signInWith: ({ postgres, pool }) => {
        const signIn = signInOf({ config, tokens: settings.tokens, postgres, pool, runtime: clock }, undo);
        if (signIn === null) return null;
        const { accounts } = signIn;
        const accountAt = accounts.accountAt.bind(accounts);
        accounts.accountAt = (email) => accountAt(email).finally(() => lookUps++);
        return signIn;
      },
    });
    return new SignInHouse(house, mail, startPeopleMail(house, mail, clock), undo, () => lookUps);
  }

  async close(): Promise<void> {
    await this.sending.stop();
    for (const one of this.undo) await one();
    await this.house.close();
    await this.mail.stop();
  }

  readonly browser = (): Browser => new Browser(this.house.http.url);
  readonly to = (email: string): readonly TakenMail[] => this.mail.taken.filter((one) => one.to.includes(email));
  readonly signUp = (email: string, username = 'ann', password = PASSWORD) =>
    this.browser().post('/account/sign-up', { username, email, password });
  /** A sign-up that comes to nothing, at an address that waits for its confirmation: by then the house has looked at its clock. */
  async signUpInVain(email: string, username: string, password: string): Promise<void> {
    const before = this.lookUps();
    expect((await this.signUp(email, username, password)).status).toBe(202);
    await eventually('the house to look for the address', () => this.lookUps() > before);
  }
  readonly signIn = (email: string, password = PASSWORD, by = this.browser()) =>
    by.post('/account/sign-in', { email, password });
  readonly session = async (by: Browser) => (await by.send('GET', '/account/session')).body.person;

  /** The path of the link in the latest mail of this subject; its text if it has none. */
  async mailTo(email: string, subject: string, count = 1): Promise<string> {
    const told = () => this.to(email).filter((one) => one.mail.subject === subject);
    await eventually(`a mail "${subject}" to ${email}`, () => told().length >= count, 60_000);
    const text = told().at(-1)?.mail.text ?? '';
    return /http:\/\/house\.example(\/\S+)/.exec(text)?.[1] ?? text;
  }

  /** Somebody with an account and a confirmed address, signed in. */
  async member(email: string): Promise<Browser> {
    expect((await this.signUp(email)).status).toBe(202);
    expect((await press(this.house, await this.mailTo(email, 'Confirm your e-mail address'))).status).toBe(200);
    await this.house.caughtUp();
    const by = this.browser();
    expect((await this.signIn(email, PASSWORD, by)).status).toBe(200);
    return by;
  }
}
