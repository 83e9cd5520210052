// The desk of operators and admins: its rooms, and what waits in them.
import './desk.css';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { person } from '../house/session.js';
import { signInFrom } from '../pages/sign-in.js';
import { path } from '../router.js';
import type { DeskWords } from '../words/desk.en.js';
import { deskWords } from '../words/desk-words.js';
import { words } from '../words/words.js';
import { AlertsRoom } from './alerts.js';
import { AuditRoom } from './audit.js';
import { FraudRoom } from './fraud.js';
import { HallRoom } from './hall/hall.js';
import { HouseRoom } from './house.js';
import { LotsRoom } from './lots.js';
import { Overview } from './overview.js';
import { PeopleRoom } from './people.js';

const ROOMS: readonly (readonly [room: keyof DeskWords['rooms'], path: string, Room: ComponentType])[] = [
  ['overview', '/desk', Overview],
  ['people', '/desk/people', PeopleRoom],
  ['lots', '/desk/lots', LotsRoom],
  ['hall', '/desk/hall', HallRoom],
  ['fraud', '/desk/fraud', FraudRoom],
  ['alerts', '/desk/alerts', AlertsRoom],
  ['house', '/desk/house', HouseRoom],
  ['audit', '/desk/audit', AuditRoom],
];

export const isStaff = (roles: readonly string[]): boolean => roles.includes('operator') || roles.includes('admin');

export function Desk() {
  const { rooms, desk, needsPerson, needsStaff } = deskWords.value;
  const [room, , Room] = ROOMS.find(([, address]) => address === path.value) ?? [null, '', null];
  const who = person.value;
  const name = room === null ? words.value.titles.nothing : room === 'overview' ? desk : rooms[room];
  useEffect(() => {
    document.title = `${name} · Gavel`;
  }, [name]);
  if (who === null || !isStaff(who.roles))
    return (
      <>
        <h1 tabIndex={-1}>{desk}</h1>
        <p class="empty">
          {who === null ? needsPerson : needsStaff} <a href={signInFrom(path.value)}>{words.value.nav.signIn}</a>
        </p>
      </>
    );
  return (
    <>
      <nav class="rooms" aria-label={desk}>
        <ul role="list">
          {ROOMS.map(([key, address]) => (
            <li key={key}>
              <a href={address} aria-current={room === key ? 'page' : undefined}>
                {rooms[key]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <h1 tabIndex={-1}>{name}</h1>
      {Room !== null && <Room />}
    </>
  );
}
