import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { createRestDesk, type RestDeskOptions } from '../../../src/adapters/desk/rest/index.ts';
import { inPagesOfTwo, shippedPreset } from '../../support/desks/presets.ts';
import { RealRedmine } from '../../support/desks/realRedmine.ts';
import { KEY_FIELD, REDMINE_KEY, Redmine } from '../../support/desks/redmine.ts';
import { closing, type DeskPeople, type DeskRig, deliveryOf, newTicket } from '../../support/desks/rig.ts';
import { FaultyProxy } from '../../support/faultyProxy.ts';
import { recordLog } from '../../support/recordLog.ts';
import { requireProgram } from '../../support/services.ts';
import { deskSuite } from './deskSuite.ts';

const preset = shippedPreset('redmine');
const TIMEOUT = 3000;

/** A desk of Redmine's, real or not, behind a proxy. */
async function openAt(
  people: DeskPeople & { readonly url: string },
  token: string,
  keyField: string,
): Promise<DeskRig> {
  const proxy = closing(await FaultyProxy.start(people.url));
  const desk = (options: Partial<RestDeskOptions> = {}) =>
    closing(
      createRestDesk({
        preset,
        url: proxy.url,
        token,
        settings: { project: 'fleet', tracker: '1', keyField },
        timeoutMs: TIMEOUT,
        log: recordLog().log,
        clock: systemClock,
        ...options,
      }),
    );
  return {
    desk: desk(),
    proxy,
    people,
    stranger: desk({ token: 'wrong' }),
    paged: desk({ preset: inPagesOfTwo(preset) }),
  };
}

async function openStandIn(): Promise<DeskRig & { readonly people: Redmine }> {
  const people = await Redmine.start();
  closing({ close: () => people.stop() });
  return { ...(await openAt(people, REDMINE_KEY, KEY_FIELD)), people };
}

deskSuite('Redmine as documented', { reads: true, merges: false }, openStandIn);

it('an issue that Redmine lists because the field is no filter is not taken for the one', async () => {
  const { desk, people } = await openStandIn();
  const { signal } = new AbortController();
  const ticket = newTicket();
  const { externalId } = await desk.deliver(deliveryOf(ticket, 'ticket.opened'), signal);
  people.isFilter = false;
  expect(await desk.find!(newTicket().episodeKey, signal)).toBeUndefined();
  expect(await desk.find!(ticket.episodeKey, signal)).toMatchObject({ externalId });
});

describe.skipIf(!requireProgram('redmine-instances'))('a real Redmine', () => {
  let redmine: RealRedmine;

  beforeAll(async () => {
    redmine = await RealRedmine.start();
  }, 120_000);
  afterAll(async () => redmine?.stop());

  deskSuite('Redmine', { reads: true, merges: false }, () => openAt(redmine, redmine.key, redmine.keyField));
});
