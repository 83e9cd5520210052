import { person, signOut } from '../house/session.js';
import { signInFrom } from '../pages/sign-in.js';
import { go, path } from '../router.js';
import { otherLanguage, words } from '../words/words.js';
import { Icon } from './icon.js';
import { notices } from './notices.js';

export function Header() {
  const { nav, language, menu, find } = words.value;
  const has = (...roles: string[]): boolean => person.value?.roles.some((role) => roles.includes(role)) === true;
  const links = [
    ['/', nav.today],
    ['/sales', nav.sales],
    ['/search', nav.search],
    ['/mine', nav.mine],
    ['/sell', nav.sell],
    ...(has('operator', 'admin') ? ([['/desk', nav.desk]] as const) : []),
    ...(has('analyst', 'operator', 'admin') ? ([['/figures', nav.figures]] as const) : []),
  ] as const;
  const items = links.map(([href, text]) => (
    <li key={href}>
      <a href={href} aria-current={isAt(href) ? 'page' : undefined}>
        {text}
      </a>
    </li>
  ));
  return (
    <header class="top">
      <div class="wrap">
        <a class="brand" href="/">
          <Icon name="gavel" />
          Gavel
        </a>
        <nav class="main" aria-label={menu}>
          <ul role="list">{items}</ul>
        </nav>
        <div class="end">
          <form class="find" role="search" aria-label={find.label} onSubmit={search}>
            <Icon name="search" />
            <input type="search" name="q" aria-label={find.label} placeholder={find.placeholder} />
          </form>
          <button
            class="btn bare"
            type="button"
            lang={language.other === 'Deutsch' ? 'de' : 'en'}
            onClick={otherLanguage}
          >
            {language.other}
          </button>
          <Bell />
          <Who />
          <details class="menu" key={path.value}>
            <summary class="btn bare square" aria-label={menu}>
              <Icon name="menu" />
            </summary>
            <ul role="list">
              {items}
              {person.value !== null && (
                <li>
                  <a href="/notices" aria-current={isAt('/notices') ? 'page' : undefined}>
                    {words.value.titles.notices}
                  </a>
                </li>
              )}
            </ul>
          </details>
        </div>
      </div>
    </header>
  );
}

/** A room of the desk is at the desk. */
const isAt = (href: string): boolean => path.value === href || (href !== '/' && path.value.startsWith(`${href}/`));

/** To the notices, with how many there are. */
function Bell() {
  const { titles } = words.value;
  if (person.value?.roles.some((role) => role === 'bidder' || role === 'seller') !== true) return null;
  const count = notices.value.length;
  return (
    <a class="btn bare bell" href="/notices" aria-label={count === 0 ? titles.notices : `${titles.notices}: ${count}`}>
      <Icon name="bell" />
      {count > 0 && <span class="num">{count}</span>}
    </a>
  );
}

function Who() {
  const { nav } = words.value;
  const who = person.value;
  if (who === null)
    return (
      <a class="btn bare" href={signInFrom(path.value)}>
        {nav.signIn}
      </a>
    );
  return (
    <button class="btn bare who" type="button" onClick={signOut}>
      <bdi>{who.name}</bdi>
      {nav.signOut}
    </button>
  );
}

function search(event: SubmitEvent): void {
  event.preventDefault();
  const text = new FormData(event.currentTarget as HTMLFormElement).get('q');
  go(`/search?${new URLSearchParams({ q: String(text ?? '') })}`);
}
