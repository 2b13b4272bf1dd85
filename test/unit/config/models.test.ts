import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModels } from '../../../src/config/models.ts';
import { parseModel } from '../../../src/config/parseModel.ts';
import { formatProblems } from '../../../src/config/problem.ts';
import { ruleKinds } from '../../../src/rules/index.ts';
import { compileModel } from '../../../src/rules/model.ts';
import { tempFolder } from '../../support/temp.ts';

/** As problems list them. */
const KINDS = [...ruleKinds.keys()].join(', ').replace(/, ([^,]*)$/, ' or $1');

const PUMP = `id: pump
name: { en: Pump, zh: 泵 }
metrics:
  - { id: run-hours, kind: number, unit: h, range: [0, 100000] }
  - { id: temperature, kind: number, unit: °C, name: { en: Temperature, zh: 温度 } }
  - { id: running, kind: state, codes: { stopped: 0, running: 1 } }
components:
  - id: seal
    name: { en: Shaft seal, zh: 轴封 }
    part: { number: S-1, leadTime: 2d }
    failureModes:
      - { id: worn, name: { en: Worn, zh: 磨损 }, iso14224: { mode: ELP } }
    rules:
      - { id: seal-life, kind: usage, failureMode: worn, mode: live, counter: run-hours, life: 8000 }
      - id: seal-hot
        kind: threshold
        failureMode: worn
        mode: { default: observe, sites: { plant-1: live } }
        maxTicketsPerHour: 3
        metric: temperature
        direction: above
        levels: [{ limit: 80, severity: warning }]
        while: { metric: running, equals: running }
asset:
  failureModes: [{ id: not-reporting, name: { en: Not reporting, zh: 未上报数据 } }]
  rules: [{ id: silent, kind: silence, failureMode: not-reporting, mode: propose, after: 30m }]
`;

function modelOf(text: string) {
  const result = parseModel(text, 'pump.yaml');
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  return result.model;
}

function problemsOf(text: string): string[] {
  const result = parseModel(text, 'pump.yaml');
  return 'problems' in result ? formatProblems(result.problems).split('\n') : [];
}

/** PUMP with one thing written otherwise. */
function changed(from: string, to: string): string {
  if (!PUMP.includes(from)) throw new Error(`the model has no '${from}'`);
  return PUMP.replace(from, to);
}

describe('parseModel', () => {
  it('gives the model with parsed durations, modes by site and the defaults of each rule kind', () => {
    const model = modelOf(PUMP);
    expect(model).toMatchObject({ id: 'pump', name: { en: 'Pump', zh: '泵' } });
    expect(model.metrics[0]).toEqual({ id: 'run-hours', kind: 'number', unit: 'h', range: [0, 100_000] });
    expect(model.metrics[2]).toEqual({ id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } });
    expect(model.components).toEqual([
      {
        id: 'seal',
        name: { en: 'Shaft seal', zh: '轴封' },
        part: { number: 'S-1', leadTime: 172_800_000 },
        failureModes: [
          { id: 'worn', name: { en: 'Worn', zh: '磨损' }, iso14224: { mode: 'ELP' }, reopenWithin: 604_800_000 },
        ],
      },
    ]);
    expect(model.failureModes.map((mode) => mode.id)).toEqual(['not-reporting']);
    const [life, hot, silent] = model.rules;
    expect(life).toMatchObject({ componentId: 'seal', mode: { default: 'live' }, maxTicketsPerHour: 20 });
    expect(life?.params).toMatchObject({ counter: 'run-hours', life: 8000, form: 'rising', maxHold: '1h' });
    expect(hot).toMatchObject({ mode: { default: 'observe', 'plant-1': 'live' }, maxTicketsPerHour: 3 });
    expect(hot?.params).toMatchObject({ deadband: 0, while: { metric: 'running', equals: 'running' } });
    expect(silent).toMatchObject({ id: 'silent', componentId: 'asset', failureModeId: 'not-reporting' });
    expect(silent?.params).toEqual({ after: '30m', deadband: '0s', offDelay: '0s' });
    expect(compileModel(model).rules).toHaveLength(3);
  });

  it('counts a rule as changed when its parameters change, and the model when the fold does', () => {
    const model = modelOf(PUMP);
    const seal = (text: string) => modelOf(text).rules[0]?.version;
    expect(model.version).toMatch(/^[0-9a-f]{12}$/);
    expect(seal(PUMP)).toMatch(/^[0-9a-f]{12}$/);
    for (const same of [
      changed('mode: live,', 'mode: observe,'),
      changed('en: Pump', 'en: A pump'),
      `# hello\n${PUMP}`,
    ]) {
      expect(modelOf(same).version).toBe(model.version);
      expect(seal(same)).toBe(seal(PUMP));
    }
    // Closed tickets are no part of the fold.
    const policy = changed('iso14224:', 'reopenWithin: 1d, iso14224:');
    expect(modelOf(policy).components[0]!.failureModes[0]!.reopenWithin).toBe(86_400_000);
    expect(modelOf(policy).version).toBe(model.version);
    const longer = changed('life: 8000', 'life: 9000');
    expect(seal(longer)).not.toBe(seal(PUMP));
    expect(modelOf(longer).version).not.toBe(model.version);
    const spelledOut = changed('life: 8000', 'form: rising, life: 8000');
    expect(seal(spelledOut)).toBe(seal(PUMP));
    expect(modelOf(changed('unit: °C', 'unit: K')).version).not.toBe(model.version);
    expect(modelOf(changed('leadTime: 2d', 'leadTime: 9d')).version).not.toBe(model.version);
  });
});

describe('problems', () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    [
      'an empty file',
      '',
      [
        'pump.yaml: id: is missing: Names the model; never changes.',
        'pump.yaml: name: is missing: What people read.',
        'pump.yaml: metrics: is missing: What assets of this model measure.',
      ],
    ],
    ['a missing translation', changed(', zh: 泵', ''), ['pump.yaml:2: name.zh: is missing: In Chinese.']],
    [
      'an id that some store can not hold',
      changed('id: pump\n', 'id: "pump\\\\"\n'),
      [
        "pump.yaml:1: id: must be an id: 1 to 128 printable characters, without control characters, leading or trailing space, or a trailing backslash, not 'pump\\'",
      ],
    ],
    [
      'a range that goes down',
      changed('[0, 100000]', '[100000, 0]'),
      ['pump.yaml:4: metrics[0].range: must go up, from the lowest to the highest value, not from 100000 to 0'],
    ],
    [
      'a range of another form',
      changed('[0, 100000]', '[0]'),
      ['pump.yaml:4: metrics[0].range: must be two numbers, as in [0, 100], not a list of 1'],
    ],
    [
      'a text of no code',
      changed('{ stopped: 0, running: 1 }', '{ stopped: 0, running: 1 }, texts: { E1: { en: Off, zh: 关 } }'),
      ['pump.yaml:6: metrics[2].texts.E1: is none of the codes: stopped, running'],
    ],
    [
      'codes that are not whole, or used twice',
      changed('{ stopped: 0, running: 1 }', '{ stopped: 0, running: 0, odd: 1.5 }'),
      [
        "pump.yaml:6: metrics[2].codes.running: code 0 belongs to 'stopped' already; each symbol needs its own",
        'pump.yaml:6: metrics[2].codes.odd: must be a whole number, not 1.5',
      ],
    ],
    [
      'a range on a state',
      changed('kind: state,', 'kind: state, range: [0, 1],'),
      ["pump.yaml:6: metrics[2].range: unknown option 'range' with kind state; valid: name, kind, id, codes, texts"],
    ],
    [
      'an unknown kind of metric, without blaming the rules that use it',
      changed('{ id: running, kind: state,', '{ id: running, kind: stat,'),
      ["pump.yaml:6: metrics[2].kind: must be number, state or event, not 'stat'"],
    ],
    [
      'a metric, a component, a failure mode and a rule that are there twice',
      PUMP.replace('id: temperature', 'id: run-hours')
        .replace('asset:\n', '  - id: seal\n    name: { en: Seal, zh: 轴封 }\nasset:\n')
        .replace('id: silent', 'id: seal-life'),
      [
        "pump.yaml:5: metrics[1].id: 'run-hours' is there twice; each must have its own",
        "pump.yaml:24: components[1].id: 'seal' is there twice; each must have its own",
        "pump.yaml:28: asset.rules[0].id: 'seal-life' is there twice; each rule of a model must have its own",
      ],
    ],
    [
      'reserved ids',
      PUMP.replace('id: seal\n', 'id: asset\n').replaceAll('not-reporting', 'installation-unknown'),
      [
        "pump.yaml:8: components[0].id: 'asset' stands for the asset as a whole; name the component otherwise",
        "pump.yaml:25: asset.failureModes[0].id: 'installation-unknown' is Fettle's own; name the failure mode otherwise",
      ],
    ],
    [
      'a lead time that is no duration',
      changed('leadTime: 2d', 'leadTime: soon'),
      [
        "pump.yaml:10: components[0].part.leadTime: must be a number with one of ms, s, m, h, d, w, like 90s, 15m or 30d, not 'soon'",
      ],
    ],
    [
      'a rule of an unknown kind',
      changed('kind: threshold', 'kind: treshold'),
      [`pump.yaml:16: components[0].rules[1].kind: must be ${KINDS}, not 'treshold'`],
    ],
    [
      'a parameter that its kind does not have',
      changed('after: 30m', 'after: 30m, afer: 2h'),
      [
        "pump.yaml:26: asset.rules[0].afer: unknown option 'afer' with kind silence, did you mean 'after'? Valid: after, id, mode, kind, levels, severity, offDelay, deadband, schedule, minSamples, failureMode, expectedWhile, maxTicketsPerHour",
      ],
    ],
    [
      'a failure mode that the component does not have',
      changed('failureMode: worn, mode: live', 'failureMode: wron, mode: live'),
      [
        "pump.yaml:14: components[0].rules[0].failureMode: component 'seal' has no failure mode 'wron', did you mean 'worn'? Valid: worn",
      ],
    ],
    [
      'a mode that is none, and one for a site of no possible id',
      changed('mode: propose', 'mode: on').replace('sites: { plant-1: live }', 'sites: { default: live, " x": live }'),
      [
        "pump.yaml:18: components[0].rules[1].mode.sites.default: 'default' can't be the id of a site",
        "pump.yaml:18: components[0].rules[1].mode.sites. x: ' x' can't be the id of a site",
        "pump.yaml:26: asset.rules[0].mode: must be observe, propose or live, or { default: …, sites: { … } }, not 'on'",
      ],
    ],
    [
      'a metric that the model does not have, at its place in the rule',
      changed('while: { metric: running,', 'while: { metric: runing,'),
      [
        "pump.yaml:23: components[0].rules[1].while.metric: the model has no metric 'runing'; it has run-hours, temperature, running",
      ],
    ],
    [
      'levels in the wrong order, at their place in the list',
      changed(
        '[{ limit: 80, severity: warning }]',
        '\n          - { limit: 80, severity: warning }\n          - { limit: 70, severity: critical }',
      ),
      ['pump.yaml:24: components[0].rules[1].levels[1].limit: must be higher than the level before (80)'],
    ],
    [
      'mistakes in several places at once',
      PUMP.replace('leadTime: 2d', 'leadTime: 2')
        .replace('counter: run-hours', 'counter: hours')
        .replace('after: 30m', ''),
      [
        'pump.yaml:10: components[0].part.leadTime: must be a number with one of ms, s, m, h, d, w, like 90s, 15m or 30d, not 2',
        "pump.yaml:14: components[0].rules[0].counter: the model has no metric 'hours'; it has run-hours, temperature, running",
        'pump.yaml:26: asset.rules[0].after: give exactly one of after, levels',
      ],
    ],
  ];

  it.each(cases)('names %s', (_name, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });
});

describe('loadModels', () => {
  it('reads every YAML file of a folder, by name', () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'b.yaml'), PUMP);
    writeFileSync(join(folder, 'a.yml'), PUMP.replace('id: pump', 'id: other'));
    writeFileSync(join(folder, 'readme.md'), 'no model');
    const result = loadModels(folder);
    expect('models' in result && result.models.map((model) => model.id)).toEqual(['other', 'pump']);
  });

  it('refuses two models with one id, and reports the mistakes of all files', () => {
    const folder = tempFolder();
    for (const name of ['a.yaml', 'b.yaml']) writeFileSync(join(folder, name), PUMP);
    writeFileSync(join(folder, 'c.yaml'), changed('life: 8000', 'life: 0'));
    const result = loadModels(folder);
    expect('problems' in result && result.problems.map(({ file, path, message }) => [file, path, message])).toEqual([
      [join(folder, 'b.yaml'), 'id', "another file has a model 'pump' already; each must have its own id"],
      [join(folder, 'c.yaml'), 'components[0].rules[0].life', 'must be a number above 0, not 0'],
    ]);
  });

  it('names a folder that is not there, or is empty', () => {
    const folder = tempFolder();
    const nowhere = join(folder, 'nowhere');
    expect(loadModels(folder)).toEqual({
      problems: [{ file: folder, path: '', message: 'holds no asset model (*.yaml)' }],
    });
    expect(loadModels(nowhere)).toEqual({
      problems: [{ file: nowhere, path: '', message: 'there is no such folder' }],
    });
  });
});
