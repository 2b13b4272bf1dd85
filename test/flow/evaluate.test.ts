import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { disturb } from '../../simulators/datasets/disturb.ts';
import { readToolWear } from '../../simulators/datasets/toolWear.ts';
import { replayDataSet } from '../../src/commands/replayDataSet.ts';
import { differences } from '../../src/evaluation/sameTickets.ts';
import { FETTLE } from '../support/fettleProcess.ts';
import { tempFolder } from '../support/temp.ts';

const SLICE = fileURLToPath(new URL('../cases/flow/tool_wear', import.meta.url));

async function evaluate(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const cwd = tempFolder();
  const child = spawn(process.execPath, [FETTLE, 'evaluate', ...args], { cwd, env: { ...process.env, ...more } });
  const ended = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, out, err, left: readdirSync(cwd) };
}

it('measures a slice of the tool wear from end to end, as one JSON object', async () => {
  const { code, out, err, left } = await evaluate(['tool-wear', SLICE, '--json']);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(left).toEqual([]);
  expect(JSON.parse(out)).toMatchObject({
    set: 'tool-wear',
    jobs: 270,
    changes: 3,
    tickets: 3,
    ticket_at_90_percent: { hits: 3, of: 3, share: 1 },
    closed_by_reset: { hits: 3, of: 3 },
    other_tickets: 0,
    goals: [{ met: true }, { met: true }, { met: true }, { met: true }],
    refused: {},
  });
}, 180_000);

it('opens live the tickets that the fold of the history finds, also over a bad line', async () => {
  const data = readToolWear(SLICE);
  const options = {
    name: 'tool-wear',
    model: 'milling-machine',
    looks: 'never',
    signal: new AbortController().signal,
  } as const;
  const live = await replayDataSet(data, options);
  const { findings } = live.assets.get('milling-machine-1')!;
  const times = (change: string) => findings.filter((finding) => finding.change === change).map(({ time }) => time);
  expect(live.tickets.map(({ openedAt }) => openedAt)).toEqual(times('raised'));
  expect(live.tickets.map(({ closedAt }) => closedAt)).toEqual(times('reset'));
  expect(live.tickets).toHaveLength(3);

  const late = await replayDataSet({ ...data, items: disturb(data.items, 3) }, options);
  expect(differences(live, late)).toEqual([]);
  expect(late.assets.get('milling-machine-1')!.findings).toEqual(findings);
}, 300_000);

describe('says what it needs', () => {
  it.each([
    [['tool-wear'], {}, /name the files of tool-wear, or the folder of data sets in FETTLE_DATA_SETS/],
    [['tool-wear'], { FETTLE_DATA_SETS: '/nowhere' }, /FETTLE_DATA_SETS is \/nowhere, which has no folder tool_wear/],
    [['tools'], {}, /no data set 'tools'; there are .*tool-wear.*, all/],
    [['tool-wear', '/nowhere'], {}, /\/nowhere: no such file or folder/],
    [['all', 'file'], {}, /all sets are taken from FETTLE_DATA_SETS: name no file/],
    [['tool-wear', SLICE, '--disturb', 'much'], {}, /--disturb takes a whole number as seed, not 'much'/],
  ])('%j', async (args, env, message) => {
    const { code, out, err } = await evaluate(args, { FETTLE_DATA_SETS: '', ...env });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/at .*\.js:/);
    expect({ code, out }).toEqual({ code: 1, out: '' });
  });

  it('models that are none, as any other command', async () => {
    const { code, err } = await evaluate(['tool-wear', SLICE, '--models', SLICE]);
    expect(err).toMatch(/holds no asset model/);
    expect(code).toBe(2);
  });

  it('a file that can not be read, by file and line', async () => {
    const file = join(tempFolder(), 'jobs.csv');
    writeFileSync(file, 'UDI,Tool wear [min]\n1,0\n');
    expect((await evaluate(['tool-wear', file])).err).toContain(`${file}:1: no column Air temperature [K]`);
  });
});
