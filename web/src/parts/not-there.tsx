import { words } from '../words/words.js';

/** A page of something that is not there. */
export const NotThere = ({ text }: Readonly<{ text: string }>) => (
  <>
    <h1 tabIndex={-1}>{words.value.titles.nothing}</h1>
    <p class="empty">{text}</p>
  </>
);
