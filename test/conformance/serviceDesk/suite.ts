import { describe, expect, it } from 'vitest';
import type { Delivery, ServiceDesk } from '../../../src/ports/serviceDesk.ts';
import { sampleTicket } from '../../support/ticket.ts';

export function sampleDelivery(change: Partial<Delivery> = {}): Delivery {
  return {
    key: 'outbox-1',
    event: 'ticket.opened',
    ticket: sampleTicket(),
    document: { number: 7 },
    body: { en: 'Oil aged', zh: '油品老化' },
    attempt: 1,
    ...change,
  };
}

/** What holds for every service desk that is up. `open` is called in each test and cleans up when it has finished. */
export function serviceDeskSuite(name: string, open: () => Promise<ServiceDesk>): void {
  const { signal } = new AbortController();

  describe(`service desk ${name}`, () => {
    it('has a name', async () => {
      expect((await open()).name).toMatch(/^[a-z]+$/);
    });

    it('takes every event, and each of them again', async () => {
      const desk = await open();
      for (const event of ['ticket.opened', 'ticket.updated', 'ticket.closed'] as const) {
        for (const attempt of [1, 2]) {
          const result = await desk.deliver(sampleDelivery({ event, attempt }), signal);
          for (const value of Object.values(result)) expect(value).toEqual(expect.any(String));
        }
      }
    });

    it('finds what it was told of an episode, and nothing of any other, where it offers a look-up', async () => {
      const desk = await open();
      const find = (episodeKey: string) => desk.find?.(episodeKey, signal);
      if (!desk.find) return;
      const ticket = sampleTicket({ episodeKey: 'a/b?c=空压机&d' });
      expect(await find(ticket.episodeKey)).toBeUndefined();
      const { externalId, externalUrl } = await desk.deliver(
        sampleDelivery({ ticket, document: { ...ticket }, key: 'k' }),
        signal,
      );
      expect(await find(ticket.episodeKey)).toEqual({ externalId, externalUrl });
      expect(await find(ticket.episodeKey)).toEqual({ externalId, externalUrl });
      expect(await find(sampleTicket().episodeKey)).toBeUndefined();
    });

    it('can be closed twice', async () => {
      const desk = await open();
      await desk.close();
      await desk.close();
    });
  });
}
