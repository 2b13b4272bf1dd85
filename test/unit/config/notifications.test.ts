import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/config.ts';
import type { Config } from '../../../src/config/schema.ts';
import { openNotifiers, routesOf } from '../../../src/notifiers.ts';
import { compileCalendars } from '../../../src/pipeline/slaPolicies.ts';
import { tempFolder } from '../../support/temp.ts';

const KINDS = ['email', 'wecom', 'dingtalk', 'feishu', 'slack', 'teams'];

function load(options: object): { config?: Config; text: string } {
  const cwd = tempFolder();
  for (const file of ['secret', 'url'])
    writeFileSync(join(cwd, file), file === 'url' ? 'https://x.example/h/1\n' : 's\n');
  writeFileSync(join(cwd, 'fettle.yaml'), JSON.stringify(options));
  const loaded = loadConfig({ env: {}, cwd });
  if ('config' in loaded) return { config: loaded.config, text: '' };
  return { text: loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n') };
}

const page = readFileSync('docs/operating.md', 'utf8').split('\n## Notifications\n')[1]!.split('\n## ')[0]!;
const blocks = [...page.matchAll(/```yaml\n([\s\S]+?)```/g)].map(([, block]) => parse(block!));

describe('docs/operating.md', () => {
  it('has a sound sample of every kind of channel', () => {
    const channels = blocks.flatMap((block) => block.notifications.channels ?? []);
    expect(channels.map(({ kind }) => kind)).toEqual(KINDS);
    for (const block of blocks.filter((one) => one.notifications.channels)) {
      const files = JSON.stringify(block).replaceAll(/"\.\/secrets\/(\w+)"/g, (_all, name) =>
        name.endsWith('url') ? '"./url"' : '"./secret"',
      );
      const { config, text } = load(JSON.parse(files));
      expect(text).toBe('');
      const channel = config!.notifications.channels.map((one) => ({
        ...one,
        ...(one.urlFile !== undefined && { url: 'https://x.example/h/1', urlFile: undefined }),
        ...(one.secretFile !== undefined && { secret: 's', secretFile: undefined }),
        ...(one.passwordFile !== undefined && { password: 's', passwordFile: undefined }),
      }));
      const opened = openNotifiers({ ...config!, notifications: { ...config!.notifications, channels: channel } });
      expect([...opened.values()].map(({ kind }) => kind)).toEqual(channel.map(({ kind }) => kind));
    }
  });
});

it('docs/operating.md has a sound sample of a route', () => {
  const sample = blocks.find((block) => block.calendars);
  const { notifications, ...rest } = sample;
  const { config, text } = load({ ...rest, notifications: { ...notifications, channels: [{ ...MAIL, id: 'mail' }] } });
  expect(text).toBe('');
  expect(config!.notifications.routes).toMatchObject([{ id: 'north', breakThrough: ['P1'], digestAt: '07:30' }]);
});

it('secrets are read from files, without the newline at their end', () => {
  const { config } = load({
    notifications: { channels: [{ id: 'a', kind: 'feishu', urlFile: './url', secretFile: './secret' }] },
  });
  expect(openNotifiers(config!).get('a')!.kind).toBe('feishu');
  const empty = tempFolder();
  writeFileSync(join(empty, 'url'), 'not-an-address');
  const [channel] = config!.notifications.channels;
  const wrong = { ...config!, notifications: { channels: [{ ...channel!, urlFile: join(empty, 'url') }], routes: [] } };
  expect(() => openNotifiers(wrong)).toThrow('holds no http(s) address');
  const missing = {
    ...config!,
    notifications: { channels: [{ ...channel!, secretFile: join(empty, 'x') }], routes: [] },
  };
  expect(() => openNotifiers(missing)).toThrow(/secretFile: there is no file/);
});

it('routes go by the calendars they name', () => {
  const hours = [{ days: ['mon'], from: '08:00', to: '17:00' }];
  const { config } = load({
    calendars: [{ id: 'office', zone: 'UTC', hours }],
    notifications: {
      channels: [{ id: 'c', kind: 'slack', url: 'https://x.example' }],
      routes: [{ id: 'r', channel: 'c', hours: 'office' }],
    },
  });
  const [route] = routesOf(config!, compileCalendars(config!.calendars));
  expect(route!.hours!.isOpen(Date.UTC(2026, 2, 2, 9))).toBe(true);
  expect(route!.events).toEqual([
    'opened',
    'escalated',
    'reopened',
    'brought-up',
    'campaign',
    'sla-warning',
    'sla-breach',
  ]);
});

const SLACK = { id: 'c', kind: 'slack', url: 'https://x.example' };
const MAIL = { id: 'm', kind: 'email', host: 'h', from: 'f@x' };

it.each([
  [{ channels: [{ id: 'c', kind: 'slack' }] }, 'kind slack needs url or urlFile'],
  [{ channels: [{ ...SLACK, urlFile: './url' }] }, 'urlFile: is there beside url'],
  [{ channels: [{ ...SLACK, host: 'h' }] }, 'host: has no place with kind slack'],
  [{ channels: [{ ...SLACK, secret: 's' }] }, 'slack signs nothing'],
  [{ channels: [{ id: 'm', kind: 'email', url: 'https://x' }] }, 'url: has no place with kind email'],
  [{ channels: [{ id: 'm', kind: 'email' }] }, 'kind email needs host'],
  [{ channels: [SLACK, SLACK] }, "'c' is there twice"],
  [{ routes: [{ id: 'r', channel: 'x' }] }, "there is no channel 'x'; channels has none"],
  [{ channels: [SLACK], routes: [{ id: 'r', channel: 'c', to: ['a@x'] }] }, 'to: has a place only with'],
  [{ channels: [MAIL], routes: [{ id: 'r', channel: 'm' }] }, 'needs addresses in to'],
  [{ channels: [SLACK], routes: [{ id: 'r', channel: 'c', hours: 'x' }] }, "there is no calendar 'x'"],
  [{ channels: [SLACK], routes: [{ id: 'r', channel: 'c', zone: 'x' }] }, 'IANA time zone'],
])('says what is wrong in %j', (notifications, expected) => {
  expect(load({ notifications }).text).toContain(expected);
});
