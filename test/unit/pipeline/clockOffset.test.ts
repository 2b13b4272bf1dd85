import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, type Timestamp } from '../../../src/domain/time.ts';
import {
  type ClockState,
  NEW_CLOCK,
  observeClock,
  offsetAt,
  SETTLING,
  STEADY,
} from '../../../src/pipeline/clockOffset.ts';

const NOW = Date.UTC(2024, 5, 1);

/** One message with one reading: [device stamp, receipt]. */
type Message = readonly [stamp: Timestamp, receivedAt: Timestamp];

function learn(messages: readonly Message[], state: ClockState = NEW_CLOCK): ClockState {
  return messages.reduce((before, [stamp, receivedAt]) => observeClock(before, stamp, stamp, receivedAt), state);
}

/** `count` live messages of a clock that is off by `error`, each some time under way. */
function live(
  error: number,
  count: number,
  from: Timestamp,
  transit: (index: number) => number = () => 300,
): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const sent = from + index * 10 * SECOND;
    return [sent + error, sent + transit(index)];
  });
}

const transits = fc.array(fc.integer({ min: 0, max: STEADY - SECOND }), { minLength: 40, maxLength: 40 });

it('learns a constant error to about the time under way', () => {
  fc.assert(
    fc.property(fc.integer({ min: -30 * DAY, max: 30 * DAY }), transits, (error, delays) => {
      const { epochs } = learn(live(error, 40, NOW, (index) => delays[index]!));
      const corrected = offsetAt(epochs, NOW + error + 400 * SECOND) + error;
      expect(Math.abs(corrected)).toBeLessThanOrEqual(STEADY + SECOND);
    }),
  );
});

it('leaves a clock that is right alone', () => {
  expect(learn(live(0, 200, NOW, (index) => (index % 10) * 90)).epochs).toEqual([]);
});

it('is not disturbed by a backlog, of any spacing, that arrives in a burst', () => {
  const start = NOW - DAY;
  const burst = fc.array(fc.tuple(fc.integer({ min: 1, max: HOUR }), fc.integer({ min: 1, max: 200 })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(fc.integer({ min: -DAY, max: DAY }), burst, (error, steps) => {
      const before = learn(live(error, 40, start - HOUR));
      let sent = start;
      let receivedAt = NOW;
      const backlog: Message[] = [];
      for (const [spacing, pause] of steps) {
        sent += spacing;
        receivedAt += pause;
        if (sent < receivedAt) backlog.push([sent + error, receivedAt]);
      }
      expect(learn(backlog, before).epochs).toEqual(before.epochs);
    }),
  );
});

it('is not disturbed by a backlog that drains slowly beside live messages', () => {
  const drain = live(0, 360, NOW).flatMap(([stamp, receivedAt], index): Message[] => [
    [NOW - 2 * HOUR + index * 20 * SECOND, receivedAt - 100],
    [stamp, receivedAt],
  ]);
  expect(learn(drain).epochs).toEqual([]);
});

it('starts a new epoch for a clock that jumped back while receipt went on', () => {
  const before = learn(live(0, 40, NOW));
  const after = learn(live(-HOUR, 40, NOW + 10 * MINUTE), before);
  expect(after.epochs).toEqual([{ from: expect.any(Number), offset: HOUR }]);
  expect(after.epochs[0]!.from).toBeGreaterThan(NOW + 10 * MINUTE - HOUR + SETTLING - 1);
});

it('puts a clock that was set right again right at once', () => {
  const slow = learn(live(-HOUR, 40, NOW));
  const [[stamp, receivedAt]] = live(0, 1, NOW + 10 * MINUTE) as [Message];
  const { epochs } = learn([[stamp, receivedAt]], slow);
  expect(offsetAt(epochs, stamp)).toBe(0);
  expect(offsetAt(epochs, stamp - 30 * MINUTE)).toBe(HOUR);
});

it('forgets that a clock was ahead once it has been right for long enough: it will come to those stamps again', () => {
  const ahead = learn(live(3 * HOUR, 5, NOW));
  expect(offsetAt(ahead.epochs, NOW + 3 * HOUR)).toBe(-3 * HOUR);
  const right = learn(live(0, 40, NOW + MINUTE), ahead);
  const restarted = { epochs: right.epochs, run: undefined };
  const [[stamp, receivedAt]] = live(0, 1, NOW + 3 * HOUR + MINUTE) as [Message];
  expect(offsetAt(learn([[stamp, receivedAt]], restarted).epochs, stamp)).toBe(0);
});

it('keeps a single absurd stamp from moving the ones after it', () => {
  const { epochs } = learn([[Date.UTC(2090, 0, 1), NOW], ...live(0, 40, NOW)]);
  expect(offsetAt(epochs, NOW + HOUR)).toBe(0);
});

it('never puts the newest reading of a message later than its receipt by more than the time allowed', () => {
  const any = fc.array(fc.tuple(fc.integer({ min: -DAY, max: DAY }), fc.integer({ min: 0, max: MINUTE })));
  fc.assert(
    fc.property(any, (steps) => {
      let state = NEW_CLOCK;
      let receivedAt = NOW;
      for (const [error, pause] of steps) {
        receivedAt += pause;
        const stamp = receivedAt + error;
        state = observeClock(state, stamp, stamp, receivedAt);
        expect(stamp + offsetAt(state.epochs, stamp)).toBeLessThanOrEqual(receivedAt + STEADY);
        expect(state.epochs.length).toBeLessThanOrEqual(8);
        expect(state.epochs.every(({ from }, index) => index === 0 || from > state.epochs[index - 1]!.from)).toBe(true);
        expect(state.epochs.every(({ offset }) => Number.isInteger(offset / SECOND))).toBe(true);
      }
    }),
  );
});

it('gives a stamp the same offset again, whatever its redelivery teaches', () => {
  const any = fc.array(fc.integer({ min: -HOUR, max: HOUR }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(any, (errors) => {
      const messages = errors.map((error, index): Message => [NOW + index * MINUTE + error, NOW + index * MINUTE]);
      const state = learn(messages);
      const [stamp] = messages.at(-1)!;
      const again = learn([[stamp, NOW + errors.length * MINUTE]], state);
      expect(offsetAt(again.epochs, stamp)).toBe(offsetAt(state.epochs, stamp));
    }),
  );
});
