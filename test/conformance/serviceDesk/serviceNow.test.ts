import { expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createRestDesk, type RestDeskOptions } from '../../../src/adapters/desk/rest/index.ts';
import { inPagesOfTwo, shippedPreset } from '../../support/desks/presets.ts';
import { closing, type DeskRig, deliveryOf, newTicket } from '../../support/desks/rig.ts';
import { SERVICENOW_USER, ServiceNow } from '../../support/desks/serviceNow.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { deskSuite } from './deskSuite.ts';

const preset = shippedPreset('servicenow');
const { signal } = new AbortController();

async function open(): Promise<DeskRig> {
  const people = await ServiceNow.start();
  closing({ close: () => people.stop() });
  const proxy = closing(await FaultyProxy.start(people.url));
  const desk = (options: Partial<RestDeskOptions> = {}) =>
    closing(
      createRestDesk({
        preset,
        url: proxy.url,
        ...SERVICENOW_USER,
        timeoutMs: 1000,
        log: recordLog().log,
        clock: systemClock,
        ...options,
      }),
    );
  return {
    desk: desk(),
    proxy,
    people,
    stranger: desk({ password: 'wrong' }),
    paged: desk({ preset: inPagesOfTwo(preset) }),
  };
}

deskSuite('ServiceNow', { reads: true, merges: false }, open);

it('a record that an ignored part of the query let through is not taken for the one', async () => {
  const { desk, proxy } = await open();
  await desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal);
  const find = { ...preset.find, query: { ...preset.find.query, sysparm_query: 'no_such_field={{ key }}' } };
  const careless = closing(
    createRestDesk({
      preset: { ...preset, find },
      url: proxy.url,
      ...SERVICENOW_USER,
      log: recordLog().log,
      clock: systemClock,
    }),
  );
  expect(await careless.find!(newTicket().episodeKey, signal)).toBeUndefined();
});

it('closing that the instance refuses is told in its words', async () => {
  const { people, desk, proxy } = await open();
  const { externalId } = await desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal);
  const strict = closing(
    createRestDesk({
      preset,
      url: proxy.url,
      ...SERVICENOW_USER,
      settings: { closeCode: '' },
      log: recordLog().log,
      clock: systemClock,
    }),
  );
  const ticket = newTicket({ status: 'closed', closing: { outcome: 'other-cause' }, externalId: externalId! });
  await expect(strict.deliver(deliveryOf(ticket, 'ticket.closed'), signal)).rejects.toThrow(
    /Operation Failed: Data Policy Exception/,
  );
  expect((await people.orders({ id: externalId! }))[0]?.isOver).toBe(false);
});
