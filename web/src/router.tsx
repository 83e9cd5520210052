// Pages by address. Links are plain links: a click inside the page is taken over, everything else is the browser's.
import { signal } from '@preact/signals';

export const path = signal(location.pathname);
export const query = signal(new URLSearchParams(location.search));

function moved(): void {
  path.value = location.pathname;
  query.value = new URLSearchParams(location.search);
}

/** Goes to an address of this application. */
export function go(to: string): void {
  history.pushState(null, '', to);
  moved();
  scrollTo(0, 0);
  document.querySelector<HTMLElement>('h1')?.focus();
}

/** The page stays, under another address. */
export function replaced(by: string): void {
  history.replaceState(null, '', by);
  moved();
}

addEventListener('popstate', moved);
addEventListener('click', (event) => {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!isPlain || event.defaultPrevented || link === null || link.dataset['leave'] !== undefined) return;
  if (link.origin !== location.origin || link.target !== '' || link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
