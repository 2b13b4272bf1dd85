import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHttpMonitor, type HttpMonitorOptions } from '../../../../src/adapters/monitor/http.ts';
import { SECOND } from '../../../../src/domain/time.ts';
import { type MonitorReceiver, startMonitorReceiver } from '../../../support/monitorReceiver.ts';
import { until } from '../../../support/until.ts';

let receiver: MonitorReceiver;

beforeEach(async () => {
  receiver = await startMonitorReceiver();
  return () => receiver.close();
});

function monitor(options: Partial<HttpMonitorOptions> = {}) {
  const usual = { url: receiver.url, method: 'GET', timeout: 20 * SECOND, allowPrivateAddresses: true } as const;
  return createHttpMonitor({ ...usual, ...options });
}

const refusalOf = async (beat: Promise<void>): Promise<string> =>
  beat.then(
    () => 'taken',
    (error: Error) => error.message,
  );

describe('the HTTP monitor', () => {
  it.each(['GET', 'HEAD', 'POST'] as const)('sends one %s', async (method) => {
    await monitor({ method }).beat();
    expect(receiver.requests).toEqual([`${method} /ping/secret-check`]);
  });

  it.each([
    404,
    500,
    'hang-up',
  ] as const)('says that %s is no heartbeat taken, without the secret path', async (answer) => {
    receiver.answer = answer;
    const refusal = await refusalOf(monitor().beat());
    expect(refusal).toContain(typeof answer === 'number' ? `answered ${answer}` : 'socket hang up');
    expect(refusal).toContain(new URL(receiver.url).origin);
    expect(refusal).not.toContain('secret-check');
  });

  it('follows no redirect', async () => {
    const elsewhere = await startMonitorReceiver();
    onTestFinished(() => elsewhere.close());
    receiver.answer = { status: 302, location: elsewhere.url };
    expect(await refusalOf(monitor().beat())).toContain('redirects are not followed');
    expect(elsewhere.requests).toEqual([]);
  });

  it('waits no longer than it is told', async () => {
    receiver.answer = 'silence';
    expect(await refusalOf(monitor({ timeout: 100 }).beat())).toContain('no answer within 100 ms');
  });

  it('gives up what is under way when it is closed', async () => {
    receiver.answer = 'silence';
    const one = monitor();
    const refused = refusalOf(one.beat());
    await until('the request', () => receiver.requests.length === 1);
    await one.close();
    expect(await refused).toContain('aborted');
  });

  it.each(['', 'localhost'])('calls no internal address where that is not allowed %s', async (name) => {
    const url = name === '' ? receiver.url : receiver.url.replace('127.0.0.1', name);
    expect(await refusalOf(monitor({ url, allowPrivateAddresses: false }).beat())).toContain('is the internal address');
    expect(receiver.requests).toEqual([]);
  });
});
