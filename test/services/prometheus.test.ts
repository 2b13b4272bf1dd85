import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY, HOUR } from '../../src/domain/time.ts';
import { alertRules } from '../support/alerts.ts';
import { startFettle } from '../support/fettle.ts';
import { API_KEY } from '../support/installation.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { rigAsset } from '../support/rig.ts';
import { requireProgram } from '../support/services.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver } from '../support/webhookReceiver.ts';

const prometheus = requireProgram('prometheus');
const NOW = Date.now();

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
}

describe.skipIf(!prometheus)('a real Prometheus with the shipped configuration', () => {
  it('finds a healthy Fettle without an alarm, and rings when the desk refuses a ticket', async () => {
    const desk = await startWebhookReceiver({ secret: 'desk-secret' });
    onTestFinished(() => desk.close());
    desk.always({ status: 422, body: { error: 'unknown customer' } });
    const fettle = await startFettle({
      assets: [rigAsset('rig', NOW - DAY)],
      config: { desk: { kind: 'webhook', url: desk.url, secret: 'desk-secret' } },
      expectedErrors: /delivery failed for good/,
    });
    const { ask } = await startPrometheus(prometheus!, new URL(fettle.app.url).host, API_KEY);
    const alerts = async () => (await ask<{ alerts: Alert[] }>('alerts')).alerts;

    const up = () => ask<{ activeTargets: { health: string; lastError: string }[] }>('targets');
    await until('the target to be up', async () => (await up()).activeTargets[0]?.health === 'up');
    await until('every rule to be evaluated', async () => {
      const rules = await rulesOf(ask);
      return rules.length === alertRules().length && rules.every(({ health }) => health === 'ok');
    });
    await until('no alarm, not even a pending one', async () => (await alerts()).length === 0);

    await fettle.send('rig', { ts: NOW - HOUR, temperature: 85 });
    await fettle.send('rig', { ts: NOW - HOUR / 2, temperature: 85 });
    const failed = await until('the alarm', async () =>
      (await alerts()).find(({ labels }) => labels.alertname === 'FettleDeliveriesFailed'),
    );
    expect(failed).toMatchObject({ state: 'firing', labels: { severity: 'critical', job: 'fettle' } });
    expect(failed.annotations.description).toMatch(/^1 deliveries failed for good/);
  });
});

type Ask = <T>(path: string) => Promise<T>;

async function rulesOf(ask: Ask): Promise<{ health: string }[]> {
  const { groups } = await ask<{ groups: { rules: { health: string }[] }[] }>('rules');
  return groups.flatMap(({ rules }) => rules);
}
