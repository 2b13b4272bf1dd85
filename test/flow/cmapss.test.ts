import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FETTLE } from '../support/fettleProcess.ts';
import { writeInstallation } from '../support/installation.ts';
import { rigAsset } from '../support/rig.ts';
import { tempFolder } from '../support/temp.ts';

const SLICE = fileURLToPath(new URL('../cases/flow/cmapss', import.meta.url));

async function fettle(args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...more };
  const child = spawn(process.execPath, [FETTLE, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err };
}

const REPORT = `
engine        ticket at  failure at  warning (cycles)
engine-24           106         147                41
engine-39            92         128                36
engine-57           100         137                37
engine-91           102         135                33

engines 4, with a ticket before failure 4, missed 0
warning time in cycles: 33 to 41, median 37
`;

it.each(['inline', 'sharded'])("replays NASA's turbofan engines: a ticket before each failure, %s", async (mode) => {
  const { code, out, err } = await fettle(['replay', 'cmapss', SLICE], tempFolder(), { FETTLE_ASSESS_MODE: mode });
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toBe(REPORT.slice(1));
}, 90_000);

describe('as a command', () => {
  const folder = () => {
    const place = tempFolder();
    writeInstallation(place, {
      assets: [rigAsset('rig-1', 0)],
      config: { presence: [{ id: 'lwt', topic: 'lwt/{asset}' }] },
    });
    return place;
  };

  it('check says what is sound, or every mistake, by its exit code too', async () => {
    const place = folder();
    expect(await fettle(['check'], place)).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 source, 1 model, 1 asset'),
    });
    writeFileSync(join(place, 'fettle.yaml'), 'http:\n  port: high\nmqtt:\n  qos: 2\n');
    const { code, out, err } = await fettle(['check'], place);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/fettle\.yaml:2.*http\.port/);
    expect(err).toMatch(/fettle\.yaml:4.*mqtt\.qos/);
    expect(err).toContain('problems');
  });

  it('decode shows what a payload becomes, or why not', async () => {
    const place = folder();
    writeFileSync(join(place, 'payload.json'), JSON.stringify({ ts: Date.now(), temperature: 20, pressure: 'high' }));
    const decoded = await fettle(['decode', '--topic', 'rigs/plant/rig-1', 'payload.json'], place);
    expect(decoded).toMatchObject({ code: 1, err: '' });
    expect(decoded.out).toContain('temperature');
    expect(decoded.out).toContain('wrong-type');
    const elsewhere = await fettle(['decode', '--json', '--topic', 'nowhere', 'payload.json'], place);
    expect(JSON.parse(elsewhere.out)).toMatchObject({ rejections: [{ reason: 'unknown-topic' }] });
    writeFileSync(join(place, 'word'), 'Offline');
    const lost = await fettle(['decode', '--json', '--source', 'lwt', '--topic', 'lwt/rig-1', 'word'], place);
    expect(JSON.parse(lost.out)).toMatchObject({ connectivity: [{ asset: 'rig-1', state: 'offline' }] });
    expect(await fettle(['decode', '--topic', 'rigs/plant/rig-1', 'none.json'], place)).toMatchObject({
      code: 1,
      out: '',
    });
  });
});
