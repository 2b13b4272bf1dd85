import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvidenceOf } from '../../../src/domain/finding.ts';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { DAY, HOUR } from '../../../src/domain/time.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import type { PeerReference } from '../../../src/rules/peers.ts';
import type { FleetLesson } from '../../../src/rules/rule.ts';
import { normalDraws } from '../../support/normalDraws.ts';
import { Asset, makeEvent, makeModel, makeRule, T0 } from './history.ts';

const METRICS: MetricDefinition[] = [
  { id: 'temperature', kind: 'number', unit: '°C' },
  { id: 'load', kind: 'number', unit: '%' },
];
const DUTY = { by: 'load', edges: [50] };
const LEVELS = [{ limit: 6, severity: 'warning' }];
const RULE = { metric: 'temperature', levels: LEVELS, leastDeviation: 0.5 };
const make = (params: Record<string, unknown> = {}) =>
  new Asset(makeModel(METRICS, [makeRule('anomaly', { ...RULE, peers: {}, ...params })]));

const evidence = (asset: Asset, place = 0) => asset.findings[place]!.evidence as EvidenceOf<'anomaly'>;

/** Assets of one model that teach each other once a day, as the pipeline lets them. */
class Fleet {
  readonly assets: Asset[];
  told = 0;
  /** Whether each asset is restarted after each hour. */
  restarts = false;

  constructor(size: number, params: Record<string, unknown> = {}) {
    this.assets = Array.from({ length: size }, () => make(params));
  }

  get #learning() {
    return this.assets[0]!.model.rules[0]!.fleet!;
  }

  state(at: number): unknown {
    return this.assets[at]!.fold.state.rules[0];
  }

  lessons(time: number): FleetLesson[] {
    return this.assets.flatMap((_, at) => {
      const lesson = this.#learning.lesson(this.state(at), time);
      return lesson === undefined
        ? []
        : [{ assetId: `${at}`, siteId: 'site', lesson: JSON.parse(JSON.stringify(lesson)) }];
    });
  }

  teach(time: number): void {
    const references = this.#learning.teach(this.lessons(time));
    this.assets.forEach((asset, at) => {
      const reference = references.get(`${at}`);
      if (reference === undefined || !this.#learning.differs(this.state(at), reference)) return;
      asset.take(makeEvent({ id: `l${time}`, type: 'fleet-learned', at: time, ruleId: 'anomaly', reference }));
      this.told++;
    });
  }

  /** Days of hourly samples: by asset and hour, temperature and load. */
  live(from: number, to: number, values: (asset: number, hour: number) => [temperature: number, load: number]): this {
    for (let day = from; day < to; day++) {
      this.assets.forEach((asset, at) => {
        for (let hour = day * 24; hour < day * 24 + 24; hour++) {
          const time = T0 + hour * HOUR + HOUR / 2;
          const [temperature, load] = values(at, hour);
          asset.takeAll([
            { metric: 0, time, value: temperature },
            { metric: 1, time, value: load },
          ]);
          if (this.restarts) asset.restore();
        }
      });
      this.teach(T0 + (day + 1) * DAY);
    }
    return this;
  }

  get said(): string[][] {
    return this.assets.map(({ said }) => said.filter((say) => say !== 'updated warning'));
  }
}

/** Temperatures around 70 °C that differ by unit, follow the load, and the weather together. */
function machines(seed: number) {
  const normal = normalDraws(seed);
  const offsets = Array.from({ length: 64 }, normal);
  const load = (asset: number, hour: number) => (Math.floor(hour / 8 + asset) % 2 === 0 ? 20 : 80);
  const weather = (hour: number) => 20 * Math.sin((2 * Math.PI * hour) / (24 * 60));
  return (asset: number, hour: number): [number, number] => {
    const duty = load(asset, hour);
    return [70 + offsets[asset]! + weather(hour) + duty / 4 + 0.5 * normal(), duty];
  };
}

describe('against its peers', () => {
  it('only the odd one is raised, and not what all of them follow', () => {
    const usual = machines(3);
    const drift = (asset: number, hour: number) => (asset === 4 && hour > 24 * 30 ? (hour - 24 * 30) / 24 : 0);
    const fleet = new Fleet(8, { duty: DUTY }).live(0, 60, (asset, hour) => {
      const [temperature, load] = usual(asset, hour);
      return [temperature + drift(asset, hour), load];
    });
    expect(fleet.said.map((said) => said[0])).toEqual(
      [0, 0, 0, 0, 'raised warning', 0, 0, 0].map((say) => say || undefined),
    );
    const found = evidence(fleet.assets[4]!);
    expect(found).toMatchObject({
      statistic: 'deviation',
      peers: { count: 7 },
      duty: { metricId: 'load' },
      learned: null,
    });
    const { value, expected } = found.metrics[0]!;
    expect(found.score).toBeCloseTo((value - expected) / found.peers!.spread);
    // Its own past would have judged the weather.
    const own = new Asset(
      makeModel(METRICS, [makeRule('anomaly', { ...RULE, duty: DUTY, smooth: '3d', learning: '5d' })]),
    );
    for (let hour = 0; hour < 24 * 60; hour++) {
      const [temperature, load] = usual(0, hour);
      const time = T0 + hour * HOUR;
      own.takeAll([
        { metric: 0, time, value: temperature },
        { metric: 1, time, value: load },
      ]);
    }
    expect(own.said).toContain('raised warning');
  });

  it('another duty is no difference', () => {
    const values = machines(5);
    const odd = (asset: number, hour: number): [number, number] => {
      const [temperature, load] = values(asset, hour);
      // The last one works at full load alone.
      return asset === 7 ? [temperature + (80 - load) / 4, 80] : [temperature, load];
    };
    const levels = [{ limit: 4, severity: 'warning' }];
    const banded = new Fleet(8, { duty: DUTY, levels }).live(0, 30, odd);
    expect(banded.said.flat()).toEqual([]);
    expect(new Fleet(8, { levels }).live(0, 30, odd).said[7]).toContain('raised warning');
    const state = banded.state(7) as { own: { reference: PeerReference } };
    expect(state.own.reference.bands.map((band) => band?.peers)).toEqual([undefined, 7]);
    const seven = banded.state(0) as typeof state;
    expect(seven.own.reference.bands.map((band) => band?.peers)).toEqual([6, 7]);
  });

  it('what shows at one duty does not come and go with that', () => {
    const values = machines(7);
    const fleet = new Fleet(8, { duty: DUTY }).live(0, 20, (asset, hour) => {
      const [temperature, load] = values(asset, hour);
      return [temperature + (asset === 1 && load === 20 ? 30 : 0), load];
    });
    expect(fleet.said[1]).toEqual(['raised warning']);
    expect(evidence(fleet.assets[1]!).duty).toMatchObject({ from: null, to: 50 });
  });

  it('nothing is judged before the fleet has taught it, or with too few of them', () => {
    const far = (asset: number): [number, number] => [asset === 0 ? 200 : 70 + asset, 50];
    const taught = new Fleet(7).live(0, 8, far);
    expect(taught.said[0]).toEqual(['raised warning']);
    // A level must rest on three days.
    expect(taught.assets[0]!.findings[0]!.time).toBeGreaterThan(T0 + 3 * DAY);
    expect(taught.assets[0]!.findings[0]!.time).toBeLessThan(T0 + 5 * DAY);
    expect(new Fleet(6).live(0, 20, far).said.flat()).toEqual([]);
    expect(new Fleet(6, { peers: { minPeers: 5 } }).live(0, 20, far).said[0]).toEqual(['raised warning']);
  });

  it('is told only what is materially new, which is nothing when all of them move', () => {
    const fleet = new Fleet(8).live(0, 10, (asset, hour) => [70 + asset + (hour % 3) * 0.01, 50]);
    expect(fleet.told).toBe(8);
    fleet.live(10, 20, (asset, hour) => [70 + asset + (hour - 240) / 10, 50]);
    expect(fleet.told).toBe(8);
    fleet.live(20, 30, (asset) => [asset === 3 ? 60 : 94 + asset, 50]);
    expect(fleet.told).toBeGreaterThan(8);
    expect(fleet.said[3]).toEqual(['raised warning']);
  });

  it('no longer teaches what it was like long ago', () => {
    const fleet = new Fleet(9).live(0, 5, (asset) => [70 + asset, 50]);
    const last = T0 + 5 * DAY;
    expect(fleet.lessons(last)).toHaveLength(9);
    expect(fleet.lessons(last + 2 * DAY)).toHaveLength(9);
    expect(fleet.lessons(last + 3 * DAY)).toEqual([]);
  });

  it('takes levels that rest on enough samples, of which old ones count less', () => {
    const every = (hours: number) => {
      const fleet = new Fleet(1, { peers: { samples: 30 } });
      for (let hour = 0; hour < 24 * 90; hour += hours)
        fleet.assets[0]!.take({ metric: 0, time: T0 + hour * HOUR, value: 70 });
      return fleet.lessons(T0 + 90 * DAY).length;
    };
    expect(every(2)).toBe(1);
    // In three days there are never as many.
    expect(every(4)).toBe(0);
  });

  it('begins anew with a new component, after its run-in', () => {
    const hot = (asset: number): [number, number] => [asset === 0 ? 120 : 70 + asset / 2, 50];
    const fleet = new Fleet(8, { runIn: '1d' }).live(0, 20, hot);
    const [odd] = fleet.assets;
    odd!.take(makeEvent({ id: 'r', type: 'component-replaced', at: T0 + 20 * DAY, componentId: 'part' }));
    const anew = (asset: number, hour: number): [number, number] =>
      asset === 0 && hour < 21 * 24 ? [500, 50] : [70 + asset / 2, 50];
    fleet.live(20, 22, anew);
    expect(fleet.lessons(T0 + 22 * DAY)).toHaveLength(7);
    fleet.live(22, 30, anew);
    expect(fleet.said[0]).toEqual(['raised warning', 'reset warning']);
    // What was measured in its run-in is not in its level.
    expect(fleet.lessons(T0 + 30 * DAY)[0]!.lesson).toEqual([70]);
  });

  it('stays as it was found where its peers became too few, and can still be told of', () => {
    const hot = (asset: number): [number, number] => [asset === 0 ? 120 : 70 + asset / 2, 50];
    const fleet = new Fleet(7).live(0, 10, hot);
    fleet.assets.pop();
    fleet.live(10, 20, () => [70, 50]);
    const [odd] = fleet.assets;
    expect(fleet.said[0]).toEqual(['raised warning']);
    odd!.take(makeEvent({ id: 'r', type: 'component-replaced', at: T0 + 20 * DAY, componentId: 'part' }));
    expect(evidence(odd!, odd!.findings.length - 1).metrics[0]!.value).toBeCloseTo(120);
  });

  it('goes by the side that is bad', () => {
    const cold = (asset: number): [number, number] => [asset === 0 ? 40 : 70 + asset, 50];
    expect(new Fleet(8, { direction: 'above' }).live(0, 6, cold).said.flat()).toEqual([]);
    expect(new Fleet(8, { direction: 'below' }).live(0, 6, cold).said[0]).toEqual(['raised warning']);
    expect(new Fleet(8).live(0, 6, cold).said[0]).toEqual(['raised warning']);
  });

  it('takes no notice of what meant another metric or other bands, nor of another rule', () => {
    const fleet = new Fleet(8, { duty: DUTY }).live(0, 6, machines(8));
    const { reference } = (fleet.state(0) as { own: { reference: PeerReference } }).own;
    const other = make({ duty: { by: 'load', edges: [40] } });
    const event = { type: 'fleet-learned' as const, at: T0, ruleId: 'anomaly', reference };
    other.take(makeEvent({ id: 'a', ...event }));
    expect(other.saved).toContain('"reference":null');
    const same = make({ duty: DUTY });
    same.take(makeEvent({ id: 'a', ...event, ruleId: 'another' }));
    expect(same.saved).toContain('"reference":null');
    same.take(makeEvent({ id: 'b', ...event }));
    expect(same.saved).toContain(JSON.stringify(reference));
    same.take(makeEvent({ id: 'c', ...event, reference: null }));
    expect(same.saved).toContain(JSON.stringify(reference));
  });

  it('says the same after any restart, from a small state', () => {
    const hot = () => {
      const values = machines(9);
      return (asset: number, hour: number): [number, number] => {
        const [temperature, load] = values(asset, hour);
        return [temperature + (asset === 2 && hour > 120 ? 40 : 0), load];
      };
    };
    const through = new Fleet(8, { duty: DUTY }).live(0, 12, hot());
    const restarted = new Fleet(8, { duty: DUTY });
    restarted.restarts = true;
    restarted.live(0, 12, hot());
    expect(through.said[2]).toEqual(['raised warning']);
    expect(restarted.assets.map(({ findings }) => findings)).toEqual(through.assets.map(({ findings }) => findings));
    expect(restarted.assets.map(({ saved }) => saved)).toEqual(through.assets.map(({ saved }) => saved));
    expect(through.assets[2]!.saved.length).toBeLessThan(1800);
  });
});

describe('what the fleet teaches', () => {
  const { fleet } = make().model.rules[0]!;
  const lessonsOf = (levels: readonly number[]): FleetLesson[] =>
    levels.map((level, at) => ({ assetId: `${at}`, siteId: 's', lesson: [level] }));
  const teach = (lessons: readonly FleetLesson[]) => fleet!.teach(lessons) as ReadonlyMap<string, PeerReference>;
  const level = fc.double({ min: -1e4, max: 1e4, noNaN: true }).map((value) => value + 0);

  it('leaves out the asset itself, and stands fast against a third of them gone wild', () => {
    const odd = teach(lessonsOf([70, 71, 69, 70.5, 69.5, 70.2, 69.8, 500]));
    expect(odd.get('7')!.bands[0]).toMatchObject({ median: 70, peers: 7 });
    expect(odd.get('7')!.bands[0]!.spread).toBeLessThan(1.5);
    expect(odd.get('0')!.bands[0]!.median).toBe(70.2);
    const wild = teach(lessonsOf([70, 71, 69, 70.5, 69.5, 70.2, 500, 600, 700]));
    expect(wild.get('0')!.bands[0]!.spread).toBeLessThan(6);
  });

  it('has a spread of at least what counts', () => {
    expect(teach(lessonsOf(Array(8).fill(70))).get('3')!.bands[0]).toEqual({
      level: 70,
      median: 70,
      spread: 0.5,
      peers: 7,
    });
  });

  it('is plain JSON, the same in any order, and moves with the levels', () => {
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 90 }), fc.integer({ min: -50, max: 50 }), (levels, by) => {
        const lessons = lessonsOf(levels);
        const references = teach(lessons);
        expect([...references.keys()].sort()).toEqual(lessons.map(({ assetId }) => assetId).sort());
        expect(JSON.parse(JSON.stringify([...references]))).toEqual([...references]);
        const backwards = teach([...lessons].reverse());
        for (const [assetId, reference] of references) expect(backwards.get(assetId)).toEqual(reference);
        const moved = teach(lessonsOf(levels.map((one) => one + by)));
        for (const [assetId, { bands }] of references) {
          const [before, after] = [bands[0], moved.get(assetId)!.bands[0]];
          expect(!!after).toBe(levels.length > 6);
          if (!before || !after) continue;
          expect(after.median).toBeCloseTo(before.median + by, 6);
          expect(after.spread).toBeCloseTo(before.spread, 6);
        }
      }),
    );
  });

  it('is nearly the same with the asset itself in it where they are many', () => {
    const normal = normalDraws(12);
    const levels = Array.from({ length: 66 }, () => 70 + normal());
    const [few, many] = [teach(lessonsOf(levels.slice(0, 64))), teach(lessonsOf(levels))];
    expect(many.get('3')!.bands[0]!.median).toBeCloseTo(few.get('3')!.bands[0]!.median, 0);
    expect(many.get('3')!.bands[0]!.spread / few.get('3')!.bands[0]!.spread).toBeCloseTo(1, 0);
    expect(many.get('3')!.bands[0]!.median).toBe(many.get('4')!.bands[0]!.median);
  });
});

describe('its check', () => {
  const problems = (params: Record<string, unknown>) => {
    const rule = makeRule('anomaly', { ...RULE, peers: {}, ...params });
    return ruleKinds.get('anomaly')!.check(rule.params, makeModel(METRICS, [rule]), rule);
  };

  it.each([
    [{}, []],
    [{ duty: DUTY, leastDeviation: 0, leastShare: 0.01 }, []],
    [{ leastDeviation: 0 }, ['leastDeviation']],
    [{ peers: { recent: '6h' } }, ['peers.recent']],
    [{ cusum: {}, adapt: '9d' }, ['cusum', 'adapt']],
    [{ expected: { mean: 1, deviation: 1 } }, ['expected']],
    [
      { smooth: '1h', learning: '9d', learningSamples: 50, learnFrom: 'renewal' },
      ['smooth', 'learning', 'learningSamples', 'learnFrom'],
    ],
    [{ metrics: ['temperature', 'load'] }, ['', 'peers']],
  ])('of %j finds %j', (params, paths) => {
    expect(problems(params).map(({ path }) => path)).toEqual(paths);
  });
});
