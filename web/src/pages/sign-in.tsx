// Signing in: by address and password, passkey or identity provider where the house signs people in itself. A house for development has people to try it with.
import { useEffect, useState } from 'preact/hooks';
import { ByProvider } from '../account/by-provider.js';
import { AccountForm } from '../account/form.js';
import { signInBy, signInCode } from '../house/account.js';
import { canPasskeys, signInByPasskey } from '../house/passkeys.js';
import { hasSignIn, type Person, person, signIn, ways } from '../house/session.js';
import { go, query } from '../router.js';
import { words } from '../words/words.js';

type People = readonly Readonly<{ name: string }>[];

/** The way to this page from where one is. */
export const signInFrom = (here: string): string => `/sign-in?${new URLSearchParams({ to: here })}`;

/** Where somebody came from: an address of ours, or the first page. */
function backTo(): string {
  const to = query.value.get('to') ?? '/';
  return new URL(to, location.origin).origin === location.origin ? to : '/';
}

export function SignIn() {
  const { signIn: said, titles, problem } = words.value;
  const [people, setPeople] = useState<People | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    fetch('/development/people')
      .then(async (response) => (response.ok ? (await response.json()).people : []))
      .then(setPeople, () => setPeople([]));
  }, []);
  const be = async (name: string): Promise<void> => {
    const response = await fetch('/development/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    setFailed(!response.ok);
    if (!response.ok) return;
    signIn((await response.json()) as Person);
    go(backTo());
  };
  return (
    <>
      <h1 tabIndex={-1}>{titles.signIn}</h1>
      {person.value !== null && <p>{said.is(person.value.name)}</p>}
      {hasSignIn.value === true && <Ways />}
      {failed && <p class="note warn">{problem.notAnswered}</p>}
      {people === null || hasSignIn.value === null ? null : people.length === 0 ? (
        hasSignIn.value ? null : (
          <p class="empty">{said.none}</p>
        )
      ) : (
        <div class="section stack">
          <p>{said.lead}</p>
          {people.map(({ name }) => (
            <button class="btn" type="button" key={name} onClick={() => void be(name)}>
              {said.as(name)}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

function Ways() {
  const { account } = words.value;
  const [needsCode, setNeedsCode] = useState(false);
  const enter = (who: Person): void => {
    signIn(who);
    go(backTo());
  };
  if (needsCode)
    return (
      <AccountForm
        key="code"
        fields={[
          { name: 'code', label: account.code, type: 'text', autocomplete: 'one-time-code', hint: account.codeHint },
        ]}
        button={account.signIn}
        send={({ code = '' }) => signInCode(code.trim())}
        done={enter}
      />
    );
  const { password, provider } = ways.value;
  const byPasskey = canPasskeys() && <ByPasskey enter={enter} />;
  const byProvider = provider !== null && (
    <ByProvider name={provider} back={backTo()} enter={enter} needsCode={() => setNeedsCode(true)} />
  );
  if (!password)
    return (
      <>
        {byProvider}
        {byPasskey}
      </>
    );
  return (
    <>
      <AccountForm
        key="password"
        fields={[
          { name: 'email', label: account.email, type: 'email', autocomplete: 'username' },
          { name: 'password', label: account.password, type: 'password', autocomplete: 'current-password' },
        ]}
        button={account.signIn}
        send={({ email = '', password = '' }) => signInBy({ email: email.trim(), password })}
        done={(answer) => ('status' in answer ? setNeedsCode(true) : enter(answer))}
      />
      {byPasskey}
      {byProvider}
      <p>
        <a href="/sign-up">{account.signUp}</a> · <a href="/reset">{account.forgot}</a>
      </p>
    </>
  );
}

function ByPasskey({ enter }: Readonly<{ enter: (who: Person) => void }>) {
  const { account, problem } = words.value;
  const [refusal, setRefusal] = useState<string | null>(null);
  const press = async (): Promise<void> => {
    setRefusal(null);
    const answer = await signInByPasskey();
    if ('result' in answer) return enter(answer.result);
    const { code } = answer.refused;
    setRefusal(account.refusals[code as keyof typeof account.refusals] ?? problem.notAnswered);
  };
  return (
    <>
      <button class="btn" type="button" onClick={() => void press()}>
        {account.byPasskey}
      </button>
      {refusal !== null && (
        <p class="note warn" role="alert">
          {refusal}
        </p>
      )}
    </>
  );
}
