import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/domain/time.ts';
import type { FindingDocument } from '../support/apiClient.ts';
import { startFettle, type TestFettle } from '../support/fettle.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset, rigModel } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 10 * HOUR;
/** Of a whole restart, on a machine with much else to do. */
const PATIENCE = 60 * SECOND;

interface Text {
  readonly version: number;
  readonly origin: string;
  readonly yaml: string;
  readonly inForce: boolean;
  readonly fileChanged: boolean;
}

const textOf = (fettle: TestFettle) => fettle.api.get<Text>('/models/rig/yaml');

/** Does what changes the model, and waits until the process works by the version. */
async function takesUp(fettle: TestFettle, version: number, change: () => Promise<unknown>): Promise<void> {
  const before = fettle.app.pipeline;
  await change();
  await until('the service to start anew', () => fettle.app.pipeline !== before, PATIENCE);
  expect(await textOf(fettle)).toMatchObject({ version, inForce: true });
}

const withLimit = (limit: number) => {
  const model = rigModel();
  Object.assign(model.components[0]!.rules[0]!, { levels: [{ limit, severity: 'warning' }] });
  return JSON.stringify(model);
};

async function minutely(fettle: TestFettle, asset: string, from: number, temperatures: readonly number[]) {
  const sent = temperatures.map((temperature, at) => fettle.send(asset, { ts: from + at * MINUTE, temperature }));
  await Promise.all(sent);
  await fettle.settled();
}

it(
  'works by an applied limit for what comes, folds what is past, and goes back to the file',
  async () => {
    const folder = tempFolder();
    writeInstallation(folder, { assets: ['past', 'next', 'last'].map((id) => rigAsset(id, T0 - DAY)) });
    const fettle = await startFettle({ folder });
    const file = await textOf(fettle);
    expect(file).toMatchObject({ version: 0, origin: 'file', inForce: true, fileChanged: false });
    await minutely(fettle, 'past', T0, [77, 77, 77, 77, 60, 60, 60, 60, 60, 60, 60]);
    await minutely(fettle, 'next', T0, [77, 77, 77, 77, 60]);
    expect(await fettle.tickets('past')).toEqual([]);

    await takesUp(fettle, 1, async () => {
      const asked = { yaml: withLimit(75), note: 'stricter', basedOn: 0 };
      const applied = await fettle.api.put('/models/rig/yaml', asked);
      expect(applied).toMatchObject({ version: 1, origin: 'applied', note: 'stricter', by: 'configuration' });
    });
    await fettle.settled();
    expect(await fettle.tickets('past')).toEqual([]);
    const findings = await fettle.api.all<FindingDocument>('/findings?assetId=past');
    expect(findings.map(({ change, dormant }) => [change, dormant])).toEqual([
      ['cleared', 'inactive'],
      ['raised', 'inactive'],
    ]);
    await minutely(fettle, 'next', T0 + 20 * MINUTE, [77, 77, 77]);
    expect(await fettle.ticket('next')).toMatchObject({ status: 'open', evidence: { limit: 75 } });

    await takesUp(fettle, 2, () => fettle.api.post('/models/rig/versions/0/revert', { basedOn: 1 }));
    expect(await textOf(fettle)).toMatchObject({ origin: 'file', yaml: file.yaml });
    await minutely(fettle, 'last', T0, [77, 77, 77, 77]);
    expect(await fettle.tickets('last')).toEqual([]);
    await minutely(fettle, 'last', T0 + 4 * MINUTE, [82, 82, 82]);
    expect(await fettle.ticket('last')).toMatchObject({ evidence: { limit: 80 } });

    await fettle.stop();
    const again = await startFettle({ folder });
    expect(await again.api.all('/models/rig/versions')).toMatchObject([
      { version: 2, origin: 'file' },
      { version: 1, origin: 'applied' },
    ]);
    await takesUp(again, 3, () => again.api.post('/models/rig/versions/1/revert', {}));
    expect(await textOf(again)).toMatchObject({ origin: 'reverted', yaml: withLimit(75), fileChanged: false });
    await again.stop();

    writeInstallation(folder, { models: [JSON.parse(withLimit(70))] });
    const third = await startFettle({ folder });
    expect(await textOf(third)).toMatchObject({ version: 3, yaml: withLimit(75), inForce: true, fileChanged: true });
    expect(third.lines.filter(({ msg }) => /not its file, which has changed/.test(msg))).toHaveLength(1);
  },
  3 * PATIENCE,
);

it('changes nothing for a text with mistakes, or on top of somebody else’s', async () => {
  const fettle = await startFettle({ assets: [rigAsset('one', T0 - DAY)] });
  const { pipeline } = fettle.app;
  const put = (body: object) =>
    fetch(`${fettle.app.url}/api/v1/models/rig/yaml`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: 'Bearer test-key-of-the-whole-service' },
      body: JSON.stringify(body),
    });
  const yaml = 'id: rig\nname: { en: Rig, zh: 台 }\nmetrics: []\nwrong: 1\n';
  const refused = await put({ yaml, basedOn: 0 });
  expect(refused.status).toBe(422);
  const { problems } = (await refused.json()) as { problems: { path: string; line: number }[] };
  expect(problems.map(({ path, line }) => [path, line])).toEqual([
    ['/body/yaml', 3],
    ['/body/yaml', 4],
  ]);
  expect((await put({ yaml: withLimit(75).replace('"rig"', '"other"'), basedOn: 0 })).status).toBe(422);
  expect((await put({ yaml: withLimit(75), basedOn: 4 })).status).toBe(412);
  expect(await fettle.api.post('/models/rig/check', { yaml: withLimit(75) })).toEqual({
    problems: [],
    changes: [{ part: 'rule', id: 'temperature-high', change: 'changed', fields: ['levels'] }],
    refolded: 1,
  });
  expect(await fettle.api.all('/models/rig/versions')).toEqual([]);
  expect(await textOf(fettle)).toMatchObject({ version: 0, inForce: true });
  expect(fettle.app.pipeline).toBe(pipeline);
});

it(
  'takes up what another node has applied',
  async () => {
    const fettle = await startFettle({ assets: [rigAsset('one', T0 - DAY)] });
    const { database } = fettle.app.pipeline.parts;
    await takesUp(fettle, 1, () =>
      database.modelVersions.append({ modelId: 'rig', origin: 'applied', yaml: withLimit(75), by: 'ann', at: T0 }, 0),
    );
    await minutely(fettle, 'one', T0, [77, 77, 77]);
    expect(await fettle.ticket('one')).toMatchObject({ evidence: { limit: 75 } });
    const { items } = await fettle.api.get<{ items: { ruleId: string; text: { en: string } }[] }>('/assets/one/rules');
    expect(items.find(({ ruleId }) => ruleId === 'temperature-high')?.text.en).toMatch(
      /2 above the warning limit of 75 °C/,
    );
  },
  3 * PATIENCE,
);

it(
  'loses nothing that is sent while it is applied',
  async () => {
    const fettle = await startFettle({ assets: [rigAsset('busy', T0 - DAY)] });
    let sent = 0;
    let done = false;
    const send = async () => {
      while (!done) await fettle.send('busy', { ts: T0 + ++sent * SECOND, temperature: 20 });
    };
    const senders = [send(), send(), send()];
    await until('samples', () => sent > 200, PATIENCE);
    await takesUp(fettle, 1, () => fettle.api.put('/models/rig/yaml', { yaml: withLimit(75), basedOn: 0 }));
    const seen = sent;
    await until('more samples', () => sent > seen + 200, PATIENCE);
    done = true;
    await Promise.all(senders);
    await fettle.settled();
    const from = new Date(T0).toISOString();
    const stored = await fettle.api.all<{ time: string }>(`/assets/busy/telemetry?metrics=temperature&from=${from}`);
    expect(new Set(stored.map(({ time }) => time)).size).toBe(sent);
    expect(stored).toHaveLength(sent);
  },
  3 * PATIENCE,
);
