import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { alertRules, metricsIn } from '../support/alerts.ts';
import { useFettle } from '../support/fettle.ts';
import { requireProgram } from '../support/services.ts';

const promtool = requireProgram('promtool');

describe('the metrics of a running Fettle', () => {
  const fettle = useFettle(() => ({
    assets: [{ id: 'm1', model: 'rig', site: 'plant' }],
    config: { heartbeat: { url: 'http://127.0.0.1:9', every: '1h' } },
  }));
  let text: string;

  beforeAll(async () => {
    await fettle.send('m1', { temperature: 40 });
    await fettle.send('m1', 'not JSON');
    await fettle.send('m1', { temperature: 41 });
    await fettle.settled();
    text = await fettle.api.metrics();
  });

  it.skipIf(!promtool)('are what promtool accepts', () => {
    expect(execFileSync(promtool!, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
  });

  it.each([
    ['fettle_part_up', { part: 'store' }, 1],
    ['fettle_part_up', { part: 'database' }, 1],
    ['fettle_part_up', { part: 'queue' }, 1],
    ['fettle_part_up', { part: 'broker' }, 1],
    ['fettle_part_up', { part: 'desk' }, 1],
    ['fettle_ready', {}, 1],
    ['fettle_assets', {}, 1],
  ])('say %s %o is %d', (name, labels, value) => {
    expect(figure(name, labels)).toBe(value);
  });

  it.each(alertRules())('have all that the alert $alert looks at', ({ expr }) => {
    const missing = metricsIn(expr).filter((name) => !text.includes(`# TYPE ${name} `));
    expect(missing).toEqual([]);
  });

  function figure(name: string, labels: Readonly<Record<string, string>>): number | undefined {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const line = text
      .split('\n')
      .find((each) => each.split(/[ {]/)[0] === name && wanted.every((label) => each.includes(label)));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }
});
