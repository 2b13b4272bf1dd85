import { afterAll, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../src/domain/time.ts';
import type { TicketDetail } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhookReceiver.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 30 * DAY;
/** Fails for one customer alone, so that it passes the check with an example ticket. */
const TRAP = '{% if asset.customer == "odd" %}{% for i in (1..1000000000) %}{{ i }}{% endfor %}{% endif %}Own words.';
let receiver: WebhookReceiver;

const fettle = useFettle(async () => {
  receiver = await startWebhookReceiver({ secret: 'signing' });
  return {
    assets: [
      rigAsset('first', T0 - 5 * DAY),
      rigAsset('second', T0 - 5 * DAY, { name: 'Rig two' }),
      rigAsset('odd', T0 - 5 * DAY, { customer: 'odd' }),
      rigAsset('even', T0 - 5 * DAY, { customer: 'even' }),
    ],
    config: {
      desk: { kind: 'webhook', url: receiver.url, secret: 'signing' },
      tickets: {
        texts: [{ customers: ['odd', 'even'], title: { en: '{{ severity }}: {{ asset.name }}' }, body: { en: TRAP } }],
      },
    },
    expectedErrors: /template of tickets failed/,
  };
});
afterAll(() => receiver?.close());

type Told = TicketDetail & {
  readonly body: { readonly en: string; readonly zh: string };
  readonly links: Readonly<Record<string, string>>;
  readonly solutions: readonly object[];
  readonly earlier: readonly object[];
};

/** What the desk was told of the newest ticket of an asset as it opened. */
async function overheat(asset: string, at: number): Promise<Told> {
  for (const [minute, temperature] of [82, 83, 84].entries())
    await fettle.send(asset, { ts: at + minute * MINUTE, temperature });
  await fettle.settled();
  const { id } = (await fettle.tickets(asset)).at(-1)!;
  return until(`word of ${asset} at the desk`, async () => {
    const found = receiver.requests.find(
      ({ json }) => json.event === 'ticket.opened' && (json.ticket as { id?: string }).id === id,
    );
    return found?.json.ticket as Told | undefined;
  });
}

it('a ticket says what helped before, and desks get all of it with a picture that opens without a key', async () => {
  const first = await overheat('first', T0);
  expect(first).toMatchObject({ solutions: [], earlier: [] });
  const parts = [{ number: 'BRG-1', quantity: 1 }];
  await fettle.api.post(`/tickets/${first.id}/close`, { outcome: 'failure-found', note: 'New bearing.', parts });

  const second = await overheat('second', T0);
  expect(second.title.en).toBe('Rig two: Bearing, too hot');
  expect(second.earlier).toEqual([]);
  expect(second.solutions).toMatchObject([{ note: 'New bearing.', parts: ['BRG-1'], times: 1, helped: 1 }]);
  expect(second.body.en).toContain('- New bearing (BRG-1): helped 1 of 1 times');
  expect(second.body.zh).toContain('- New bearing（BRG-1）：1 次中 1 次有效');
  expect(second.body.en).toContain('Temperature above 80 °C since');
  expect(second.body.en).toContain(second.links.chart);

  const picture = await fetch(second.links.chart!);
  expect(picture.headers.get('content-type')).toContain('image/svg+xml');
  expect(await picture.text()).toMatch(/^<svg .*Temperature \(°C\), Rig two.*limit 80 °C.*<polyline/s);
  expect(second.links.ticket).toBe(`${fettle.app.url}/tickets/${second.id}`);
});

it('a ticket names those before it of its component, and what came back no longer helps', async () => {
  // Cool for long, and hot again after the time in which the old ticket would be reopened.
  for (let minute = 3; minute < 12; minute++) await fettle.send('first', { ts: T0 + minute * MINUTE, temperature: 40 });
  const again = await overheat('first', T0 + 10 * DAY);
  expect(again.earlier).toMatchObject([{ outcome: 'failure-found', note: 'New bearing.' }]);
  expect(again.body.en).toMatch(
    /Earlier tickets of this component\n- \d{4}-\d\d-\d\d #\d+: failure found: New bearing\./,
  );
  expect(again.solutions).toMatchObject([{ times: 1, helped: 0 }]);
});

it('words of an installation count for its customers, and a template that fails loses no ticket', async () => {
  expect(await overheat('even', T0)).toMatchObject({ title: { en: 'warning: even' }, body: { en: 'Own words.' } });
  expect(await fettle.api.metric('fettle_ticket_text_failures_total')).toBe(0);
  const odd = await overheat('odd', T0);
  expect(odd.title.en).toBe('warning: odd');
  expect(odd.body.en).toContain('Temperature above 80 °C since');
  expect(await fettle.api.metric('fettle_ticket_text_failures_total')).toBeGreaterThan(0);
  expect(fettle.lines.some(({ msg }) => msg.includes('template of tickets failed'))).toBe(true);
});
