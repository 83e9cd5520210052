// One's own account: who one is here, a second factor, passkeys, tokens for programs.
import { useState } from 'preact/hooks';
import { AccountForm } from '../account/form.js';
import { OwnPasskeys } from '../account/passkeys.js';
import { OwnTokens } from '../account/tokens.js';
import { confirmSecondFactor, type Setup, setUpSecondFactor } from '../house/account.js';
import { person, ways } from '../house/session.js';
import { path } from '../router.js';
import { words } from '../words/words.js';
import { signInFrom } from './sign-in.js';

export function Account() {
  const { account, titles, nav } = words.value;
  const who = person.value;
  return (
    <>
      <h1 tabIndex={-1}>{titles.account}</h1>
      {who === null ? (
        <p class="empty">
          <a href={signInFrom(path.value)}>{nav.signIn}</a>
        </p>
      ) : (
        <>
          <p>
            <bdi>{who.name}</bdi>: {who.roles.join(', ')}
          </p>
          {(who.waiting ?? []).length > 0 && <p class="note warn">{account.waiting(who.waiting?.join(', ') ?? '')}</p>}
          {who.token === undefined && (
            <>
              <SecondFactor />
              <OwnPasskeys />
              <OwnTokens />
            </>
          )}
        </>
      )}
    </>
  );
}

function SecondFactor() {
  const { account, nav } = words.value;
  const [setup, setSetup] = useState<Setup | null>(null);
  const [isOn, setOn] = useState(false);
  if (isOn)
    return (
      <p class="note" role="status">
        {account.secondFactorOn} <a href="/sign-in">{nav.signIn}</a>
      </p>
    );
  return (
    <section class="section stack">
      <h2>{account.secondFactor}</h2>
      <p>{account.secondFactorLead}</p>
      {setup === null ? (
        <AccountForm
          key="password"
          fields={[
            {
              ...{ name: 'password', label: account.password, type: 'password', autocomplete: 'current-password' },
              ...(ways.value.provider !== null && { minLength: 0, hint: account.noPassword(ways.value.provider) }),
            },
          ]}
          button={account.setUp}
          send={({ password = '' }) => setUpSecondFactor(password)}
          done={setSetup}
        />
      ) : (
        <>
          <p>
            <a href={linkOf(setup.secret)}>{account.openAuthenticator}</a> {account.orType} <code>{setup.secret}</code>
          </p>
          <p>{account.backupCodes}</p>
          <ul>
            {setup.backupCodes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <AccountForm
            key="code"
            fields={[{ name: 'code', label: account.code, type: 'text', autocomplete: 'one-time-code' }]}
            button={account.turnOn}
            send={({ code = '' }) => confirmSecondFactor(code.trim())}
            done={() => {
              person.value = null;
              setOn(true);
            }}
          />
        </>
      )}
    </section>
  );
}

/** As authenticators take it from a link on the same device. */
const linkOf = (secret: string): string =>
  `otpauth://totp/Gavel?${new URLSearchParams({ secret, issuer: 'Gavel' }).toString()}`;
