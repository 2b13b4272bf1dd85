import { describe, expect, it } from 'vitest';
import type { Readiness } from '../../../src/api/services.ts';
import { MINUTE } from '../../../src/domain/time.ts';
import { Heartbeat } from '../../../src/watch/heartbeat.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { recordLog } from '../../support/recordLog.ts';

const EVERY = MINUTE;

function setUp() {
  const clock = new FakeClock();
  const { log, lines } = recordLog();
  const state = {
    parts: [
      { part: 'store', ok: true, needed: true, detail: 'answers' },
      { part: 'desk', ok: false, needed: false, detail: 'away' },
    ] as Readiness['parts'],
    beats: 0,
    taken: true,
  };
  const readiness = async () => ({ ready: true, parts: state.parts });
  const monitor = {
    async beat() {
      if (!state.taken) throw new Error('answered 500');
      state.beats++;
    },
    close: async () => undefined,
  };
  const heartbeat = new Heartbeat({ monitor, readiness, every: EVERY, clock, log });
  return { clock, state, heartbeat, messages: () => lines.map(({ msg }) => msg) };
}

describe('the heartbeat', () => {
  it('beats at once and then at its pace, until it is stopped', async () => {
    const { clock, state, heartbeat } = setUp();
    heartbeat.start();
    await clock.advance(0);
    expect(state.beats).toBe(1);
    await clock.advance(10 * EVERY);
    expect(state.beats).toBe(11);
    expect(heartbeat.takenAt).toBe(clock.now());
    await heartbeat.stop();
    await clock.advance(10 * EVERY);
    expect(state.beats).toBe(11);
    expect(clock.pending).toBe(0);
  });

  it('is silent while a part that is needed does not work, says so once, and goes on after', async () => {
    const { clock, state, heartbeat, messages } = setUp();
    const [store, desk] = state.parts;
    state.parts = [{ ...store!, ok: false, detail: 'disk full' }, desk!];
    heartbeat.start();
    await clock.advance(5 * EVERY);
    expect(state.beats).toBe(0);
    expect(messages()).toEqual(['no heartbeat until every part that is needed works']);
    state.parts = [store!, desk!];
    await clock.advance(EVERY);
    expect(state.beats).toBe(1);
    expect(messages()).toHaveLength(2);
  });

  it('tries on when the monitor does not take it, and tells of it ever more rarely', async () => {
    const { clock, state, heartbeat, messages } = setUp();
    state.taken = false;
    for (let beat = 0; beat < 100; beat++) await heartbeat.beat();
    expect(heartbeat.failures).toBe(100);
    expect(messages()).toHaveLength(7);
    expect(heartbeat.takenAt).toBeUndefined();
    state.taken = true;
    await heartbeat.beat();
    expect(messages().at(-1)).toBe('heartbeats are taken again');
    expect(clock.now()).toBe(heartbeat.takenAt);
  });
});
