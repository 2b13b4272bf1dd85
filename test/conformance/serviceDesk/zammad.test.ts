import { expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createRestDesk, type RestDeskOptions } from '../../../src/adapters/desk/rest/index.ts';
import { inPagesOfTwo, shippedPreset } from '../../support/desks/presets.ts';
import { closing, type DeskRig, deliveryOf, newTicket } from '../../support/desks/rig.ts';
import { ZAMMAD_TOKEN, Zammad } from '../../support/desks/zammad.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { deskSuite } from './deskSuite.ts';

const preset = shippedPreset('zammad');

async function open(): Promise<DeskRig & { readonly people: Zammad }> {
  const zammad = await Zammad.start();
  closing({ close: () => zammad.stop() });
  const proxy = closing(await FaultyProxy.start(zammad.url));
  const desk = (options: Partial<RestDeskOptions> = {}) =>
    closing(
      createRestDesk({
        preset,
        url: proxy.url,
        token: ZAMMAD_TOKEN,
        settings: { group: 'Service', customer: 'fettle@example.com' },
        timeoutMs: 1000,
        log: recordLog().log,
        clock: systemClock,
        ...options,
      }),
    );
  return {
    desk: desk(),
    proxy,
    people: zammad,
    stranger: desk({ token: 'wrong' }),
    paged: desk({ preset: inPagesOfTwo(preset) }),
    settled: async () => zammad.settle(),
  };
}

deskSuite('Zammad', { reads: true, merges: true }, open);

it('Zammad is not looked into before its search has caught up', async () => {
  const { desk } = await open();
  expect(desk.settle).toBe(120_000);
});

it('an article that is HTML is read as text', async () => {
  const { desk, people } = await open();
  const { signal } = new AbortController();
  const { externalId } = await desk.deliver(deliveryOf(newTicket(), 'ticket.opened'), signal);
  await people.comment(
    externalId!,
    '<div>Filter &amp; belt<br>replaced</div><p>outcome: worn-as-expected</p>',
    'text/html',
  );
  expect(await desk.read!(externalId!, signal)).toMatchObject({
    outcome: 'worn-as-expected',
    comments: [{ text: 'Filter & belt\nreplaced\noutcome: worn-as-expected' }],
  });
});
