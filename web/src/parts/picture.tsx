// What stands where a lot has no photo: a plate with the first letter of its name, in a ground that the lot
// keeps: drawn from its id, so that two lots are told apart at a glance.
const GROUNDS = 6;
const FIRST_HEX = 8;

export function Picture({ id, title }: Readonly<{ id: string; title: string }>) {
  const ground = Number.parseInt(id.slice(-FIRST_HEX), 16) % GROUNDS;
  const letter = [...title.trim()][0] ?? '';
  return (
    <span class={`pic plate plate-${ground}`} aria-hidden="true">
      <svg viewBox="0 0 100 100" aria-hidden="true" focusable="false">
        <text x="50" y="50" text-anchor="middle" dominant-baseline="central">
          {letter}
        </text>
      </svg>
    </span>
  );
}
