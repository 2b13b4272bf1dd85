import { expect, it } from 'vitest';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { Refold } from '../../../src/pipeline/refold.ts';
import { keepClockRules, takenBack } from '../../../src/pipeline/rewind.ts';
import { initState } from '../../../src/rules/state.ts';
import { noFault } from '../../support/faults.ts';
import { ASSET, Asset, makeEvent, makeModel, makeRule, T0 } from '../rules/history.ts';

const day = (days: number) => T0 + days * DAY;

it('lets a replacement that was entered late renew a life by the calendar, and leaves silence as it stands', () => {
  const rules = [makeRule('calendar', { life: '100d' }), makeRule('silence', { after: '2h' })];
  const live = new Asset(makeModel([{ id: 'level', kind: 'number' }], rules));
  const about = { componentId: 'part' } as const;
  const installed = makeEvent({ id: 'a', type: 'component-installed', at: T0, ...about });
  const replaced = makeEvent({ id: 'b', type: 'component-replaced', at: day(80), ...about });
  live.take(installed);
  live.take({ metric: 0, time: day(94), value: 1 });
  const now = day(95);
  live.tick(now, { lastHeard: day(94), silentFor: 3 * HOUR });
  expect(live.findings.map(({ ruleId, change }) => [ruleId, change])).toEqual([
    ['calendar', 'raised'],
    ['silence', 'raised'],
  ]);
  expect(live.take(replaced)).toBe('late');

  const refold = new Refold({
    assetId: ASSET,
    model: live.model,
    state: initState(live.model),
    events: [installed, replaced],
    faults: { add: noFault },
  });
  refold.take({ assetId: ASSET, metricId: 'level', time: day(94), value: 1, quality: 0, receivedAt: day(94) });
  keepClockRules(live.model, live.fold.state, refold.state);
  const { state, findings } = refold.finish(() => ({ now, lastHeard: null, silentFor: 0, listened: () => 0 }));

  const [calendar, silence] = live.model.rules.map((rule, at) => rule.view!(state.rules[at], now));
  expect(calendar).toMatchObject({ level: 0, wear: 0.15 });
  expect(silence!.level).toBe(2);
  const rows = live.findings.map((finding, at) => ({ ...finding, id: String(at), recordedAt: now }));
  const back = takenBack({ compiled: live.model }, rows, findings);
  expect(back.map(({ ruleId }) => ruleId)).toEqual(['calendar']);
});
