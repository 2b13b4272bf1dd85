import { afterAll, beforeAll, describe, vi } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createRestDesk, type RestDeskOptions } from '../../../src/adapters/desk/rest/index.ts';
import { inPagesOfTwo, shippedPreset } from '../../support/desks/presets.ts';
import { RequestTracker, SETUP } from '../../support/desks/requestTracker.ts';
import { closing, type DeskRig } from '../../support/desks/rig.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { deskSuite } from './deskSuite.ts';

/** A real one; REST 2 is documented in https://docs.bestpractical.com/rt/5.0.3/RT/REST2.html. */
describe.skipIf(!requireProgram(SETUP))('Request Tracker 5', () => {
  // Each of its answers takes a good part of a second.
  vi.setConfig({ testTimeout: 120_000 });
  let tracker: RequestTracker;
  const preset = shippedPreset('request-tracker');

  beforeAll(async () => {
    tracker = await RequestTracker.start();
  }, 120_000);
  afterAll(async () => tracker?.stop());

  async function open(): Promise<DeskRig> {
    const proxy = closing(await FaultyProxy.start(tracker.url));
    const desk = (options: Partial<RestDeskOptions> = {}) =>
      closing(
        createRestDesk({
          preset,
          url: proxy.url,
          username: 'root',
          password: 'password',
          settings: { queue: 'General' },
          timeoutMs: 5000,
          log: recordLog().log,
          clock: systemClock,
          ...options,
        }),
      );
    return {
      desk: desk(),
      proxy,
      people: tracker,
      stranger: desk({ password: 'wrong' }),
      paged: desk({ preset: inPagesOfTwo(preset) }),
      wornWord: 'worn as expected',
    };
  }

  deskSuite('Request Tracker', { reads: true, merges: true }, open);
});
