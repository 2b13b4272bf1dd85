import { expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createRestDesk, type RestDeskOptions } from '../../../src/adapters/desk/rest/index.ts';
import { inPagesOfTwo, shippedPreset } from '../../support/desks/presets.ts';
import { KEY_FIELD, REDMINE_KEY, Redmine } from '../../support/desks/redmine.ts';
import { closing, type DeskRig, deliveryOf, newTicket } from '../../support/desks/rig.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { deskSuite } from './deskSuite.ts';

const preset = shippedPreset('redmine');

async function open(): Promise<DeskRig & { readonly people: Redmine }> {
  const redmine = await Redmine.start();
  closing({ close: () => redmine.stop() });
  const proxy = closing(await FaultyProxy.start(redmine.url));
  const desk = (options: Partial<RestDeskOptions> = {}) =>
    closing(
      createRestDesk({
        preset,
        url: proxy.url,
        token: REDMINE_KEY,
        settings: { project: 'fleet', tracker: '1', keyField: KEY_FIELD },
        timeoutMs: 1000,
        log: recordLog().log,
        clock: systemClock,
        ...options,
      }),
    );
  return {
    desk: desk(),
    proxy,
    people: redmine,
    stranger: desk({ token: 'wrong' }),
    paged: desk({ preset: inPagesOfTwo(preset) }),
  };
}

deskSuite('Redmine', { reads: true, merges: false }, open);

it('an issue that Redmine lists because the field is no filter is not taken for the one', async () => {
  const { desk, people } = await open();
  const { signal } = new AbortController();
  const ticket = newTicket();
  const { externalId } = await desk.deliver(deliveryOf(ticket, 'ticket.opened'), signal);
  people.isFilter = false;
  expect(await desk.find!(newTicket().episodeKey, signal)).toBeUndefined();
  expect(await desk.find!(ticket.episodeKey, signal)).toMatchObject({ externalId });
});
