import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScenario, ScenarioError } from '../../../simulators/scenario.ts';
import { scenarioAssets } from '../../../simulators/scenarioFleet.ts';
import { DAY } from '../../../simulators/time.ts';
import type { Asset } from '../../../src/domain/asset.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { foldScenario, shippedModels, shippedScenario } from './foldScenario.ts';

/** A Friday evening in Europe: the first days are a weekend. */
const START = Date.UTC(2025, 9, 3, 20);

function problemsOf(text: string): readonly string[] {
  try {
    parseScenario(text, 'x.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
}

describe('a scenario file', () => {
  const quick = readFileSync('simulators/scenarios/quick.yaml', 'utf8');
  const lineOf = (part: string) => quick.split('\n').findIndex((line) => line.includes(part)) + 1;

  it.each([
    ['site: chengdu-tower', 'site: atlantis', "assets.0.site: no 'atlantis' here; there are chengdu-tower"],
    ['model: passenger-lift', 'model: elevator', "assets.0.model: no 'elevator' here; there are screw-compressor, "],
    ['criticality: high', 'criticality: huge', 'assets.0.criticality: must be one of low, medium, high, critical'],
    ['commissioned: -3300d', 'commissioned: long ago', 'assets.0.commissioned: write a number with one of s, m, h, d'],
    ['commissioned: -3300d', 'comissioned: -3300d', 'assets.0.comissioned: unknown field'],
    [
      'failureMode: door-operator-sluggish',
      'failureMode: woodworm',
      "assets.1.degradations.0: no failure mode 'woodworm'",
    ],
    [
      'onset: 2h, failsAt: 22h',
      'onset: 22h, failsAt: 2h',
      'assets.1.degradations.0: door-operator-sluggish: the onset',
    ],
    ['id: lift-2', 'id: lift-1', "assets.1.id: 'lift-1' is there twice"],
    ['livePeriod: 10s', 'livePeriod: 7s', 'samplePeriod: must be a multiple of livePeriod (7s)'],
    ['customer: jinjiang-properties', 'customer: nobody', "sites.chengdu-tower.customer: no 'nobody' here"],
  ])('with %s written as %s is refused', (right, wrong, message) => {
    const problems = problemsOf(quick.replace(right, wrong));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('names file and line, and all mistakes at once', () => {
    const text = quick.replace('criticality: high', 'criticality: huge').replace('site: chengdu-tower', 'sight: x');
    const problems = problemsOf(text);
    expect(problems).toHaveLength(3);
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^x\\.yaml:${lineOf('criticality: high')}: `)));
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^x\\.yaml:${lineOf('id: lift-1')}: .*'site'`)));
  });

  it('that is no YAML is refused with its line', () => {
    expect(problemsOf('name: x\nassets: [}')[0]).toMatch(/^x\.yaml:2: /);
  });
});

describe('scenarioAssets', () => {
  it('describes the demo as the registry wants it', () => {
    const assets: readonly Asset[] = scenarioAssets(shippedScenario('demo'), START);
    expect(assets).toHaveLength(40);
    expect(new Set(assets.map((asset) => asset.modelId))).toEqual(
      new Set(['screw-compressor', 'passenger-lift', 'laser-printer']),
    );
    expect(assets.find((asset) => asset.id === 'comp-suz-01')).toMatchObject({
      siteId: 'suzhou-plant',
      customerId: 'taihu-packaging',
      tier: 'strategic',
      registeredBy: 'file',
      commissionedAt: START - 1150 * DAY,
      components: {
        oil: { installedAt: START - 270 * DAY, installedReading: 15310 - 3568 },
        'cooling-fan': { installedAt: START - 1150 * DAY, installedReading: 0 },
      },
    });
  });

  it('names only components that the models have, and leaves one asset unknown', () => {
    const models = shippedModels();
    const assets = scenarioAssets(shippedScenario('demo'), START);
    for (const asset of assets) {
      const ids = models.get(asset.modelId)!.model.components.map((component) => component.id);
      for (const id of Object.keys(asset.components)) expect(ids).toContain(id);
    }
    const unknown = assets.filter((asset) => Object.keys(asset.components).length === 0);
    expect(unknown.map((asset) => asset.id)).toEqual(['comp-rot-03']);
  });
});

describe('the shipped scenarios', () => {
  const raised = (findings: readonly Finding[]) => findings.filter((finding) => finding.change === 'raised');

  it('demo brings fourteen tickets, each once, and a request for data, the first within a week', () => {
    const findings = foldScenario(shippedScenario('demo'), START);
    const episodes = raised(findings).map((f) => `${f.assetId} ${f.componentId} ${f.failureModeId}`);
    expect([...new Set(episodes)].sort()).toEqual([
      'comp-lei-01 airend bearing-worn',
      'comp-lei-03 inlet-filter inlet-filter-clogged',
      'comp-rot-03 asset installation-unknown',
      'comp-suz-01 oil oil-aged',
      'comp-suz-02 separator separator-clogged',
      'comp-wux-01 oil-cooler oil-overheated',
      'lift-bir-01 brake brake-lining-worn',
      'lift-bir-03 levelling levelling-drift',
      'lift-chd-01 door-operator door-operator-sluggish',
      'lift-chd-02 suspension-ropes rope-worn',
      'lift-chd-04 drive-motor motor-overheated',
      'prn-bir-01 toner-cartridge toner-empty',
      'prn-bir-02 feed-roller roller-worn',
      'prn-chd-01 waste-toner-bottle waste-toner-full',
      'prn-suz-01 fuser fuser-worn',
    ]);
    const developing = episodes.filter((episode) => !episode.endsWith('installation-unknown'));
    expect(developing).toHaveLength(new Set(developing).size);
    const first = raised(findings)[0]!;
    expect(first.ruleId).toBe('oil-life');
    expect(first.forecast?.p50).toBeGreaterThan(first.time);
    expect((first.time - START) / DAY).toBeLessThan(7);
  }, 60_000);

  it('quick brings two tickets within its day', () => {
    const findings = raised(foldScenario(shippedScenario('quick'), START));
    expect(findings.map((finding) => finding.ruleId).sort()).toEqual(['door-closing-slow', 'rope-life']);
  });
});
