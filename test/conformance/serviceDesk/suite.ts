import { describe, expect, it } from 'vitest';
import type { Delivery, ServiceDesk } from '../../../src/ports/serviceDesk.ts';
import { sampleTicket } from '../../support/ticket.ts';

export function sampleDelivery(change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'outbox-1',
    event: 'ticket.opened',
    ticket: sampleTicket(),
    document: { number: 7 },
    attempt: 1,
    ...change,
  };
}

/** What holds for every service desk that is up. `open` is called in each test and cleans up when it has finished. */
export function serviceDeskSuite(name: string, open: () => Promise<ServiceDesk>): void {
  describe(`service desk ${name}`, () => {
    it('has a name', async () => {
      expect((await open()).name).toMatch(/^[a-z]+$/);
    });

    it('takes every event, and each of them again', async () => {
      const desk = await open();
      for (const event of ['ticket.opened', 'ticket.updated', 'ticket.closed'] as const) {
        for (const attempt of [1, 2]) {
          const result = await desk.deliver(sampleDelivery({ event, attempt }), new AbortController().signal);
          for (const value of Object.values(result)) expect(value).toEqual(expect.any(String));
        }
      }
    });

    it('can be closed twice', async () => {
      const desk = await open();
      await desk.close();
      await desk.close();
    });
  });
}
