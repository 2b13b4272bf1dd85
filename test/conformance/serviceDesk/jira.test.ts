import { expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createRestDesk, type RestDeskOptions } from '../../../src/adapters/desk/rest/index.ts';
import { JIRA_USER, Jira } from '../../support/desks/jira.ts';
import { inPagesOfTwo, shippedPreset } from '../../support/desks/presets.ts';
import { closing, type DeskRig, deliveryOf, newTicket } from '../../support/desks/rig.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { deskSuite } from './deskSuite.ts';

const preset = shippedPreset('jira-service-management');
const SETTINGS = { serviceDeskId: '3', requestTypeId: '25' };
const { signal } = new AbortController();

async function open(options: Partial<RestDeskOptions> = {}): Promise<DeskRig & { readonly people: Jira }> {
  const jira = await Jira.start();
  closing({ close: () => jira.stop() });
  const proxy = closing(await FaultyProxy.start(jira.url));
  const desk = (more: Partial<RestDeskOptions> = {}) =>
    closing(
      createRestDesk({
        preset,
        url: proxy.url,
        ...JIRA_USER,
        settings: SETTINGS,
        timeoutMs: 1000,
        log: recordLog().log,
        clock: systemClock,
        ...options,
        ...more,
      }),
    );
  return {
    desk: desk(),
    proxy,
    people: jira,
    stranger: desk({ password: 'wrong' }),
    paged: desk({ preset: inPagesOfTwo(preset) }),
    settled: async () => jira.settle(),
  };
}

deskSuite('Jira Service Management', { reads: true, merges: false }, () => open());

it('an issue that was moved to another project is followed by its new key', async () => {
  const { desk, people } = await open();
  const { externalId } = await desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal);
  const key = people.move(externalId!);
  expect(await desk.read!(externalId!, signal)).toMatchObject({ externalId: key, status: 'open' });
  const ticket = newTicket({ externalId: externalId! });
  expect(await desk.deliver(deliveryOf(ticket, 'ticket.updated'), signal)).toMatchObject({ externalId: key });
});

it('a workflow without the transition is told with those it has', async () => {
  const { desk, people } = await open({ settings: { ...SETTINGS, closeTransition: 'Finish' } });
  const { externalId } = await desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal);
  const ticket = newTicket({ status: 'cancelled', externalId: externalId! });
  await expect(desk.deliver(deliveryOf(ticket, 'ticket.closed'), signal)).rejects.toThrow(
    /left work order .*Resolve this issue/,
  );
  expect((await people.orders({ id: externalId! }))[0]?.isOver).toBe(false);
});
