import { describe, expect, it } from '@jest/globals';
import type { RunKind } from '../../../src/domain/house/run.events.js';
import { type Instant, instant, isoTime } from '../../../src/domain/time.js';
import { daysIn, outstanding } from '../../../src/scheduler/runs/periods.js';

const time = (text: string): Instant => instant(Date.parse(text));

function asked(kind: RunKind, now: string, { doneTo = null as string | null, first = '2026-01-01T10:00:00Z' } = {}) {
  const span = outstanding(kind, {
    now: time(now),
    doneTo: doneTo === null ? null : time(doneTo),
    firstEventAt: first === '' ? null : time(first),
  });
  return span === null ? null : [isoTime(span.from), isoTime(span.to)];
}

describe('the nightly run', () => {
  it('is due from 01:55 on, for the day before', () => {
    expect(asked('nightly', '2026-01-02T01:54:59.999Z')).toBeNull();
    expect(asked('nightly', '2026-01-02T01:55:00.000Z')).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-02T00:00:00.000Z',
    ]);
  });

  it('covers the first night that was missed', () =>
    expect(asked('nightly', '2026-01-09T09:00:00Z', { doneTo: '2026-01-04T00:00:00Z' })).toEqual([
      '2026-01-04T00:00:00.000Z',
      '2026-01-05T00:00:00.000Z',
    ]));

  it('has nothing to do twice, before the first event, or on a clock that was set back', () => {
    expect(asked('nightly', '2026-01-09T09:00:00Z', { doneTo: '2026-01-09T00:00:00Z' })).toBeNull();
    expect(asked('nightly', '2026-01-09T09:00:00Z', { first: '' })).toBeNull();
    expect(asked('nightly', '2026-01-03T09:00:00Z', { doneTo: '2026-01-09T00:00:00Z' })).toBeNull();
  });
});

it('an hour is due when it is over', () => {
  expect(asked('hourly', '2026-01-01T10:59:59.999Z')).toBeNull();
  expect(asked('hourly', '2026-01-01T11:00:00.000Z')).toEqual(['2026-01-01T10:00:00.000Z', '2026-01-01T11:00:00.000Z']);
});

it('the archive is verified from 03:55 on', () => {
  expect(asked('verification', '2026-01-02T03:54:59.999Z')).toBeNull();
  expect(asked('verification', '2026-01-02T03:55:00.000Z')).not.toBeNull();
});

it('hours and days of verification that were missed are covered at once', () => {
  const doneTo = '2026-01-04T00:00:00Z';
  expect(asked('hourly', '2026-01-09T09:00:00Z', { doneTo })?.[1]).toBe('2026-01-09T09:00:00.000Z');
  expect(asked('verification', '2026-01-09T09:00:00Z', { doneTo })?.[1]).toBe('2026-01-09T00:00:00.000Z');
});

it('a restore is drilled from Monday 04:55 on, for the week before', () => {
  expect(asked('drill', '2026-01-05T04:54:59.999Z')).toBeNull();
  const week = ['2025-12-29T00:00:00.000Z', '2026-01-05T00:00:00.000Z'];
  expect(asked('drill', '2026-01-05T04:55:00.000Z')).toEqual(week);
  expect(asked('drill', '2026-01-11T23:00:00.000Z')).toEqual(week);
});

it('a span that ends at midnight has not touched the next day', () => {
  const days = (from: string, to: string) => daysIn({ from: time(from), to: time(to) });
  expect(days('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')).toEqual({ from: '2026-01-01', to: '2026-01-01' });
  expect(days('2026-01-01T23:00:00Z', '2026-01-02T01:00:00Z')).toEqual({ from: '2026-01-01', to: '2026-01-02' });
});
