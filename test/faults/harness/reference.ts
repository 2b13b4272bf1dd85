import { connectAsync } from 'mqtt';
import type { TicketDocument } from '../../support/apiClient.ts';
import { drained } from './drain.ts';
import { cohortOf, type Plan } from './messages.ts';
import { startEmbedded } from './sets/embedded.ts';
import type { SetOptions } from './world.ts';

const WINDOW = 500;
const PATIENCE = 120_000;

/** The tickets that an uninterrupted Fettle on embedded parts opens when the same things are told in their order. */
export async function referenceTickets(options: SetOptions, plan: Plan, cohorts: number): Promise<TicketDocument[]> {
  const set = await startEmbedded(options);
  try {
    const device = await connectAsync(`mqtt://127.0.0.1:${set.mqttPort}`, { clientId: 'reference' });
    for (let cohort = 0; cohort < cohorts; cohort++) {
      const { inOrder } = cohortOf(plan, cohort);
      for (let from = 0; from < inOrder.length; from += WINDOW) {
        const some = inOrder.slice(from, from + WINDOW);
        await Promise.all(some.map(({ topic, payload }) => device.publishAsync(topic, payload, { qos: 1 })));
      }
    }
    await device.endAsync();
    const left = await drained(set.nodes, PATIENCE);
    if (left !== undefined) throw new Error(`the reference run was never done: ${left}`);
    return await set.nodes[0]!.api.all<TicketDocument>('/tickets?limit=500');
  } finally {
    await set.close();
  }
}
