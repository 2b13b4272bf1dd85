import { describe, expect, it } from 'vitest';
import type { Closing } from '../../../src/domain/ticket.ts';
import { failuresOf } from '../../../src/domain/ticketFailures.ts';
import { DAY } from '../../../src/domain/time.ts';
import { sampleTicket } from '../../support/ticket.ts';

const T0 = Date.UTC(2026, 4, 1);
const removed = (condition: 'failed' | 'worn') => ({ at: T0 + DAY, removed: condition });

describe('the failure that a closing speaks of', () => {
  it.each<[Closing, string | undefined]>([
    [{ outcome: 'failure-found', found: 'incipient' }, 'incipient'],
    [{ outcome: 'failure-found' }, undefined],
    [{ outcome: 'failure-found', replaced: removed('failed') }, 'critical'],
    [{ outcome: 'failure-found', found: 'degraded', replaced: removed('failed') }, 'degraded'],
    [{ outcome: 'worn-as-expected', replaced: removed('failed') }, 'critical'],
    [{ outcome: 'no-fault-found', replaced: removed('failed') }, 'critical'],
    [{ outcome: 'worn-as-expected', replaced: removed('worn') }, undefined],
    [{ outcome: 'other-cause', replaced: removed('failed') }, undefined],
  ])('%j is %s', (closing, impact) => {
    const ticket = sampleTicket({ status: 'closed', openedAt: T0, closedAt: T0 + 2 * DAY, closing });
    const found = failuresOf(ticket).map((failure) => [failure.impact, failure.at]);
    const at = closing.replaced?.at ?? ticket.closedAt;
    expect(found).toEqual(impact === undefined ? [] : [[impact, at]]);
  });
});
