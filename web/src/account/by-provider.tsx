// Signing in by an identity provider: away to it, and back to the sign-in page with what it says.
import { useEffect, useState } from 'preact/hooks';
import type { Answer, SignedIn } from '../house/account.js';
import { beginAtProvider, signInByProvider } from '../house/account.js';
import type { Person } from '../house/session.js';
import { replaced } from '../router.js';
import { words } from '../words/words.js';

/** Where somebody was going, kept while the tab is at the provider. */
const WANTED = 'gavel.wanted';

/** What the provider has added to this page's address; null where nobody comes from it. */
function answerHere(): string | null {
  const said = new URLSearchParams(location.search);
  return said.has('state') && (said.has('code') || said.has('error')) ? location.search : null;
}

type Parts = Readonly<{
  name: string;
  /** Where to go afterwards. */
  back: string;
  enter: (who: Person) => void;
  needsCode: () => void;
}>;

export function ByProvider({ name, back, enter, needsCode }: Parts) {
  const { account, problem } = words.value;
  const [refusal, setRefusal] = useState<string | null>(null);
  const refuse = ({ refused: { code } }: Extract<Answer<SignedIn>, { refused: unknown }>): void => {
    setRefusal(account.refusals[code as keyof typeof account.refusals] ?? problem.notAnswered);
  };
  useEffect(() => {
    const answer = answerHere();
    if (answer === null) return;
    // It is good once, and nothing to keep in the history.
    replaced(`${location.pathname}?${new URLSearchParams({ to: sessionStorage.getItem(WANTED) ?? '/' })}`);
    sessionStorage.removeItem(WANTED);
    void signInByProvider(answer).then((told) => {
      if ('refused' in told) return refuse(told);
      if ('status' in told.result) return needsCode();
      return enter(told.result);
    });
  }, []);
  const leave = async (): Promise<void> => {
    setRefusal(null);
    const begun = await beginAtProvider();
    if ('refused' in begun) return refuse(begun);
    sessionStorage.setItem(WANTED, back);
    location.assign(begun.result.url);
  };
  return (
    <>
      <button class="btn" type="button" onClick={() => void leave()}>
        {account.byProvider(name)}
      </button>
      {refusal !== null && (
        <p class="note warn" role="alert">
          {refusal}
        </p>
      )}
    </>
  );
}
