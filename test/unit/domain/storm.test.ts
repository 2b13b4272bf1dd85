import { describe, expect, it } from 'vitest';
import { type Place, type StormScope, scopeKey, stormScope, tally } from '../../../src/domain/storm.ts';
import { stormSummary, stormTitle } from '../../../src/domain/stormText.ts';
import { judge } from '../../../src/pipeline/stormJudge.ts';
import type { HeldFinding } from '../../../src/ports/storms.ts';

const POLICY = { window: 120_000, assets: 5, share: 0.5 };

function places(siteId: string, count: number, gateway?: (at: number) => string): Place[] {
  return Array.from({ length: count }, (_, at) => ({ assetId: `${siteId}-${at}`, siteId, gateway: gateway?.(at) }));
}

function scope(all: readonly Place[], out: readonly Place[]): string | undefined {
  const found = stormScope(out[0]!, tally(all, new Set(out.map(({ assetId }) => assetId))), POLICY);
  return found && scopeKey(found);
}

function through(broker: string, all: readonly Place[]): Place[] {
  return all.map((place) => ({ ...place, broker }));
}

describe('the scope of a storm', () => {
  const [north, south] = [places('north', 500), places('south', 300)];
  const small = places('small', 1);

  it('needs enough assets and enough of their share', () => {
    expect(scope(north, north.slice(0, 4))).toBeUndefined();
    expect(scope(places('tiny', 5), places('tiny', 4))).toBeUndefined();
    expect(scope(places('tiny', 5), places('tiny', 5))).toBe('site/tiny');
    expect(scope(north, north.slice(0, 249))).toBeUndefined();
    expect(scope(north, north.slice(0, 250))).toBe('site/north');
  });

  it('is the site whose assets are out, though they are most of the fleet', () => {
    expect(scope([...north, ...south], north)).toBe('site/north');
    expect(scope([...north, ...south, ...small], [...north, ...small])).toBe('site/north');
  });

  it('is the fleet where several sites are out', () => {
    expect(scope([...north, ...south], [...north, ...south])).toBe('fleet/');
    const sites = Array.from({ length: 10 }, (_, at) => places(`s${at}`, 2)).flat();
    expect(scope(sites, sites)).toBe('fleet/');
    expect(scope(sites, sites.slice(0, 9))).toBeUndefined();
  });

  it('is the broker where all that it brings is out, and the fleet where it is more than that', () => {
    const sites = (prefix: string) => Array.from({ length: 6 }, (_, at) => places(`${prefix}${at}`, 4)).flat();
    const [east, west] = [through('east', sites('e')), through('west', sites('w'))];
    expect(scope([...east, ...west], east)).toBe('broker/east');
    expect(scope([...east, ...west], [...east, ...west])).toBe('fleet/');
    expect(scope([...east, ...sites('u')], east)).toBe('broker/east');
  });

  it('is the site that is out, though it is most of what its broker brings or has a part of two', () => {
    const [north, south] = [places('n', 50), places('s', 4)];
    expect(
      scope([...through('east', [...north, ...south]), ...through('west', places('w', 60))], through('east', north)),
    ).toBe('site/n');
    const halves = [...through('east', north.slice(0, 25)), ...through('west', north.slice(25))];
    const rest = [...through('east', places('e', 100)), ...through('west', places('w', 100))];
    expect(scope([...halves, ...rest], halves)).toBe('site/n');
  });

  it('is the gateway where its assets are out, and the site where those of several are', () => {
    const behind = places('west', 30, (at) => `g${Math.floor(at / 10)}`);
    expect(scope(behind, behind.slice(0, 10))).toBe('gateway/g0');
    expect(scope(behind, behind.slice(0, 20))).toBe('site/west');
    const mostBehindOne = places('east', 8, (at) => (at < 7 ? 'g' : 'h'));
    expect(scope(mostBehindOne, mostBehindOne)).toBe('gateway/g');
    const pairs = places('pairs', 6, (at) => `p${Math.floor(at / 2)}`);
    expect(scope(pairs, pairs)).toBe('site/pairs');
  });
});

it('judges five hundred assets of a site as one storm, and what is far from it alone', () => {
  const [north, south] = [places('north', 500), places('south', 100)];
  const held = [...north, ...south.slice(0, 4)].map((place) => ({
    held: { alike: true, heldAt: 0, dueAt: 120_000, finding: {} } as unknown as HeldFinding,
    place,
    dueAt: 120_000,
  }));
  const situation = { held, storms: [], recent: [], places: [...north, ...south], policy: POLICY };
  const before = judge({ ...situation, now: 119_999 });
  expect([before.storms, before.own]).toEqual([[], []]);
  const { storms, own, gone, sizeOf } = judge({ ...situation, now: 120_000 });
  expect(storms).toHaveLength(1);
  expect(storms[0]!.joining).toHaveLength(500);
  expect(sizeOf(storms[0]!.scope)).toBe(500);
  expect(own.map(({ place }) => place)).toEqual(south.slice(0, 4));
  expect(gone).toEqual([]);
});

it.each<[StormScope, string, string]>([
  [{ kind: 'site', id: 'north' }, 'Site north: 12 assets out at once', '站点 north：12 台设备同时中断'],
  [{ kind: 'gateway', id: 'g1' }, 'Gateway g1: 12 assets out at once', '网关 g1：12 台设备同时中断'],
  [{ kind: 'broker', id: 'hall' }, 'Broker hall: 12 assets out at once', 'MQTT 服务器 hall：12 台设备同时中断'],
  [{ kind: 'fleet', id: '' }, 'Several sites: 12 assets out at once', '多个站点：12 台设备同时中断'],
])('says which assets, since when and where to look: %o', (of, en, zh) => {
  expect(stormTitle({ scope: of, assets: 12 })).toEqual({ en, zh });
  const from = Date.UTC(2026, 5, 1, 8);
  const summary = stormSummary({
    scope: of,
    assets: 12,
    out: 10,
    of: 20,
    names: ['a', 'b'],
    modes: [{ name: { en: 'Not heard', zh: '失联' }, assets: 12 }],
    from,
    to: from + 60_000,
  });
  expect(summary.en).toMatch(
    /^12 of 20 assets: Not heard \(12\), since 2026-06-01 08:00 UTC to 2026-06-01 08:01 UTC\. 2 are back\. a, b and 10 more\. Look at /,
  );
  expect(summary.zh).toMatch(/^20 台设备中有 12 台：失联 \(12\)，自 .* 其中 2 台已恢复。|^20 台/);
});
