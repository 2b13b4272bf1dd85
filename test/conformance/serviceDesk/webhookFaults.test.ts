import { systemClock } from '../../../src/adapters/clock.ts';
import { createWebhookDesk } from '../../../src/adapters/desk/webhook.ts';
import { closing, type DeskRig } from '../../support/desks/rig.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { startWebhookReceiver } from '../../support/webhookReceiver.ts';
import { deskSuite } from './deskSuite.ts';

const SECRET = 'correct horse';

async function open(): Promise<DeskRig> {
  const receiver = closing(await startWebhookReceiver({ secret: SECRET }));
  const proxy = closing(await FaultyProxy.start(receiver.url));
  const behindProxy = (url: string) => url.replace(new URL(receiver.url).origin, proxy.url);
  const desk = closing(
    createWebhookDesk({
      url: behindProxy(receiver.url),
      lookupUrl: behindProxy(receiver.lookupUrl),
      secret: SECRET,
      timeoutMs: 1000,
      log: recordLog().log,
      clock: systemClock,
    }),
  );
  return {
    desk,
    proxy,
    people: {
      orders: async (which) =>
        receiver.workOrders
          .map(({ id, episodeKey }) => {
            const told = receiver.requests.find(({ json }) => json.ticket.episodeKey === episodeKey);
            const { title, summary } = told!.json.ticket as unknown as Record<'title' | 'summary', { en: string }>;
            return { id, title: title.en, text: summary.en, comments: [], isOver: false };
          })
          .filter((order) => ('id' in which ? order.id === which.id : order.title === which.title)),
    },
  };
}

deskSuite('a webhook with a look-up', { reads: false, merges: false }, open);
