// What a socket, an address and the process may hold for watchers: both sides of each limit.
import { describe, expect, it } from '@jest/globals';
import { HeldBytes } from '../../../src/api/live/held-bytes.js';

const limits = { perSocketMax: 100, perAddressMax: 150, max: 200 };
const codeOf = (error: { code: string } | null) => error?.code ?? null;

it('takes exactly what a socket may hold, and not a byte more', () => {
  const account = new HeldBytes(limits).open('a');
  expect(codeOf(account.take(100))).toBeNull();
  expect(codeOf(account.take(1))).toBe('TooMuchHeld');
  account.release(1);
  expect(codeOf(account.take(1))).toBeNull();
});

it('takes exactly what an address may hold, whichever of its sockets holds it', () => {
  const held = new HeldBytes(limits);
  const [one, two] = [held.open('a'), held.open('a')];
  expect(codeOf(one.take(100))).toBeNull();
  expect(codeOf(two.take(51))).toBe('TooMuchHeld');
  expect(codeOf(two.take(50))).toBeNull();
  expect(codeOf(held.open('b').take(50))).toBeNull();
});

it('takes exactly what all may hold, and says that another server may have room', () => {
  const held = new HeldBytes(limits);
  held.open('a').take(100);
  const other = held.open('b');
  expect(other.take(101)?.status).toBe(429);
  expect(other.take(100)).toBeNull();
  expect(held.open('c').take(1)?.status).toBe(503);
});

it('asks nothing of an address where its limit is 0', () => {
  const held = new HeldBytes({ ...limits, perAddressMax: 0 });
  expect([held.open('a').take(100), held.open('a').take(100)]).toEqual([null, null]);
});

it('forgets a socket that is gone with all that it held, once', () => {
  const held = new HeldBytes(limits);
  const [one, two] = [held.open('a'), held.open('a')];
  one.take(70);
  two.take(30);
  one.close();
  one.close();
  one.release(70);
  expect([held.size(), held.socketsOf('a')]).toEqual([{ bytes: 30, addresses: 1 }, 1]);
  two.close();
  expect(held.size()).toEqual({ bytes: 0, addresses: 0 });
});

describe('subscriptions of one socket to the same', () => {
  const big = { perSocketMax: 1_000_000, perAddressMax: 0, max: 1_000_000 };

  it('are five at most, and one that ends makes room', () => {
    const account = new HeldBytes(big).open('a');
    const stop = [1, 2, 3, 4, 5].map(() => account.subscribe('clock', 10))[0];
    expect(() => account.subscribe('clock', 10)).toThrow('a socket asks for the same at most 5 times at once');
    account.subscribe('vase', 10);
    stop?.();
    account.subscribe('clock', 10);
  });

  it('hold nothing once they have ended', () => {
    const held = new HeldBytes(big);
    const account = held.open('a');
    const stops = [account.subscribe('clock', 10), account.subscribe('vase', 20)];
    expect(held.size().bytes).toBeGreaterThan(30);
    for (const stop of stops) stop();
    expect(held.size().bytes).toBe(0);
  });
});
