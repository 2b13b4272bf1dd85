import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseModel } from '../../../src/config/parseModel.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import { DAY } from '../../../src/domain/time.ts';
import { composeTicket } from '../../../src/pipeline/compose.ts';
import { RIG } from '../../support/parsedRig.ts';
import { Asset, makeEvent, T0 } from '../rules/history.ts';

const text = (en: string) => ({ en, zh: en });
const PART = { number: 'SUMP', name: text('Oil sump'), leadTime: '30d' };
const PLAN = {
  ...{ id: 'oil-change', title: text('Oil change'), component: 'oil', counter: 'hours', use: 1000, lead: '10d' },
  ...{ team: 'lubrication', parts: [{ number: 'OIL-46', quantity: 2 }], checklist: [text('Drain warm')] },
};

function modelOf(): AssetModel {
  const parsed = parseModel(
    stringify({
      id: 'pump',
      name: text('Pump'),
      metrics: [{ id: 'hours', kind: 'number', unit: 'h' }],
      servicePlans: [PLAN],
      components: [{ id: 'oil', name: text('Oil'), part: PART, failureModes: [{ id: 'aged', name: text('Aged') }] }],
    }),
    'pump.yaml',
  );
  if ('model' in parsed) return parsed.model;
  throw new Error(JSON.stringify(parsed.problems));
}

/** What the first finding of a pump opens that runs 20 h a day from T0 on. */
function opened(days: number, installed: boolean) {
  const model = modelOf();
  const asset = new Asset(model);
  const event = { id: 'e', type: 'component-installed', componentId: 'oil', at: T0, reading: 0 } as const;
  if (installed) asset.take(makeEvent(event));
  for (let day = 0; day <= days; day += 0.25) {
    asset.take({ metric: 0, time: T0 + day * DAY, value: 20 * day });
  }
  const finding = asset.findings[0]!;
  const subject = { asset: { ...RIG, modelId: 'pump' }, model };
  return { finding, ticket: composeTicket(subject, finding, { mode: 'live', now: finding.time }) };
}

describe('the ticket of a service that is due by use', () => {
  it('opens within the lead, whatever the lead time of the part, and is due when the use is up', () => {
    const { finding, ticket } = opened(45, true);
    expect(Math.abs(finding.time - T0 - 40 * DAY)).toBeLessThan(2 * DAY);
    expect(Math.abs(ticket.doBy! - T0 - 50 * DAY)).toBeLessThan(2 * DAY);
  });

  it('asks for the parts of the plan and not for that of the component', () => {
    const { ticket } = opened(45, true);
    expect(ticket.part).toBeUndefined();
    expect(ticket).toMatchObject({ origin: 'plan', team: 'lubrication', service: { parts: [{ number: 'OIL-46' }] } });
    expect(ticket.summary.en).not.toContain('SUMP');
  });
});

describe('the request for an installation that a plan by use makes', () => {
  it('is no service', () => {
    const { ticket } = opened(1, false);
    expect(ticket).toMatchObject({ origin: 'device', failureModeId: 'installation-unknown', componentId: 'asset' });
    expect(ticket.service).toBeUndefined();
    expect(ticket.team).toBeUndefined();
  });
});
