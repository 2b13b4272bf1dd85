import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fleet, type FleetOptions, type FleetStatus, startFleet } from '../../../simulators/fleet.ts';
import { scenarioMachine } from '../../../simulators/scenarioFleet.ts';
import { HOUR, MINUTE, SECOND } from '../../../simulators/time.ts';
import { until } from '../../support/until.ts';
import { shippedScenario } from './foldScenario.ts';
import { groupBy, plainBroker } from './plainBroker.ts';

const scenario = shippedScenario('quick');
const ASSETS = scenario.assets.length;

function start(options: Partial<FleetOptions> & Pick<FleetOptions, 'mqttUrl' | 'startTime'>): Fleet {
  const fleet = startFleet({ scenario, speed: 1e9, ...options });
  onTestFinished(() => fleet.stop());
  return fleet;
}

describe('a fleet', () => {
  it('reports its past in order, then goes on live, and never stamps the future', async () => {
    const broker = await plainBroker();
    const startTime = Date.now() - 2 * HOUR - 3 * SECOND;
    const fleet = start({ mqttUrl: broker.url, startTime, scenario: { ...scenario, livePeriod: '1s' } });
    const byAsset = await until('two live reports of each asset', () => {
      const reports = groupBy(broker.received, (message) => message.topic);
      const enough = reports.size === ASSETS && [...reports.values()].every(({ length }) => length >= 26);
      return fleet.status().live && enough ? reports : undefined;
    });
    const arrived = Date.now();
    expect([...byAsset.keys()].sort()).toEqual(
      scenario.assets.map((asset) => `fettle/chengdu-tower/${asset.id}/telemetry`).sort(),
    );
    for (const messages of byAsset.values()) {
      const stamps = messages.map((message) => message.payload.ts);
      expect(stamps[0]).toBe(startTime + 5 * MINUTE);
      expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b));
      expect(stamps.slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, i) => startTime + (i + 1) * 5 * MINUTE));
      expect(stamps[25]! - stamps[24]!).toBe(SECOND);
      expect(stamps.at(-1)).toBeLessThanOrEqual(arrived);
      expect(stamps.at(-1)).toBeGreaterThan(arrived - 10 * SECOND);
    }
  });

  it('sends what the machine of the scenario measures', async () => {
    const broker = await plainBroker();
    const startTime = Date.now() - HOUR;
    start({ mqttUrl: broker.url, startTime });
    const message = await until('a report', () => broker.received.find((m) => m.clientId === 'lift-2'));
    const machine = scenarioMachine(scenario, scenario.assets[1]!, startTime);
    machine.advance(message.payload.ts);
    expect(message.payload.values).toEqual(machine.values());
  });

  it('resumes after a restart with the same values, without a gap', async () => {
    const broker = await plainBroker();
    const startTime = Date.now() - 6 * HOUR;
    const past = { mqttUrl: broker.url, startTime, scenario: { ...scenario, livePeriod: '5m' } };
    const first = start({ ...past, now: () => startTime + 3 * HOUR });
    await until('half of the past', () => first.status().simTime === startTime + 3 * HOUR);
    await first.stop();
    const again = start({ ...past, resumeFrom: first.status().simTime - HOUR, now: () => startTime + 5 * HOUR });
    await until('the rest', () => again.status().simTime === startTime + 5 * HOUR);
    await again.stop();
    const ofLift = broker.received.filter((message) => message.clientId === 'lift-1');
    expect(new Set(ofLift.map((message) => message.payload.ts)).size).toBe(60);
    expect(ofLift).toHaveLength(60 + 12);
    const repeated = groupBy(ofLift, (message) => message.payload.ts);
    for (const messages of repeated.values()) {
      for (const message of messages) expect(message.payload).toEqual(messages[0]!.payload);
    }
  });

  it('keeps to the speed it was given', async () => {
    const broker = await plainBroker();
    const startTime = Date.now() - 24 * HOUR;
    const began = Date.now();
    const fleet = start({ mqttUrl: broker.url, startTime, speed: 7200 });
    await until('one simulated hour', () => fleet.status().simTime >= startTime + HOUR);
    expect(Date.now() - began).toBeGreaterThanOrEqual(490);
    expect(fleet.status().live).toBe(false);
  });

  it('is held back by missing acknowledgements and counts only what was acknowledged', async () => {
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const broker = await plainBroker(() => gate);
    const seen: FleetStatus[] = [];
    const startTime = Date.now() - 24 * HOUR;
    const fleet = start({
      mqttUrl: broker.url,
      startTime,
      maxInFlight: 10,
      onProgress: (status) => seen.push(status),
    });
    await until('a full window', () => fleet.status().published === 10 && broker.received.length >= ASSETS);
    expect(fleet.status()).toMatchObject({ published: 10, acknowledged: 0, simTime: startTime });
    expect(seen).toEqual([]);
    release?.();
    await until('more', () => fleet.status().acknowledged > 100);
    expect(seen[0]).toMatchObject({ simTime: startTime + 5 * MINUTE });
  });

  it('stops within two seconds though nothing is acknowledged', async () => {
    const broker = await plainBroker(() => new Promise(() => undefined));
    const fleet = start({ mqttUrl: broker.url, startTime: Date.now() - 24 * HOUR });
    await until('some reports', () => broker.received.length > 0);
    const began = Date.now();
    await fleet.stop();
    expect(Date.now() - began).toBeLessThan(2000);
    await until('the devices are gone', () => broker.clients() === 0);
  });

  it('stops while there is no broker', async () => {
    const fleet = start({ mqttUrl: 'mqtt://127.0.0.1:1', startTime: Date.now() - 24 * HOUR });
    const began = Date.now();
    await fleet.stop();
    expect(Date.now() - began).toBeLessThan(2000);
  });

  it('loses nothing over lost connections', async () => {
    const broker = await plainBroker(() => new Promise((resolve) => setTimeout(resolve, 1)));
    const startTime = Date.now() - 24 * HOUR;
    const past = { ...scenario, livePeriod: '5m' };
    const fleet = start({ mqttUrl: broker.url, startTime, scenario: past, now: () => startTime + 20 * HOUR });
    for (const hour of [4, 10, 16]) {
      await until(`hour ${hour}`, () => fleet.status().simTime > startTime + hour * HOUR);
      broker.cut();
    }
    await until('the end', () => fleet.status().simTime === startTime + 20 * HOUR);
    const { published, acknowledged } = fleet.status();
    expect([published, acknowledged]).toEqual([240 * ASSETS, 240 * ASSETS]);
    const stamps = groupBy(broker.received, (message) => message.clientId);
    for (const messages of stamps.values()) expect(new Set(messages.map((m) => m.payload.ts)).size).toBe(240);
  });
});
