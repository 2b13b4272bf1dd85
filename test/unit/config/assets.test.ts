import { describe, expect, it } from 'vitest';
import type { AssetList } from '../../../src/config/assetBuilder.ts';
import { parseAssetsYaml } from '../../../src/config/assets.ts';
import { parseAssetsCsv } from '../../../src/config/assetsCsv.ts';
import { formatProblems, type Problem } from '../../../src/config/problem.ts';
import type { AssetModel } from '../../../src/domain/model.ts';

const name = { en: 'x', zh: 'x' };
const component = (id: string) => ({ id, name, failureModes: [] });
const pump: AssetModel = {
  id: 'pump',
  name,
  metrics: [],
  components: [component('seal'), component('bearing')],
  indicators: [],
  failureModes: [],
  rules: [],
  version: '1',
};
const models = [pump, { ...pump, id: 'lift', components: [component('rope')] }];

type Result = AssetList | { problems: readonly Problem[] };

function listOf(result: Result): AssetList {
  if ('problems' in result) throw new Error(formatProblems(result.problems));
  return result;
}

function problemsOf(result: Result): string[] {
  return 'problems' in result ? formatProblems(result.problems).split('\n') : [];
}

const yaml = (text: string) => parseAssetsYaml(text, 'assets.yaml', models);
const csv = (text: string) => parseAssetsCsv(text, 'assets.csv', models);
const DATE = 'a date (its start in UTC) or a time with a zone, like 2024-05-01 or 2024-05-01T08:30:00+08:00';

describe('parseAssetsYaml', () => {
  it('gives assets and the devices that speak for them', () => {
    const text = `
assets:
  - id: p1
    name: Pump 1
    model: pump
    site: s1
    customer: acme
    tier: strategic
    criticality: critical
    batch: B7
    serial: "0012"
    commissionedAt: 2020-01-01
    contract: { kind: warranty, until: 2025-01-01T00:00:00+08:00, reference: W1 }
    components:
      seal: { installedAt: 2024-05-01T08:30:00.250Z, installedReading: 1200.5, serial: S9 }
      bearing: {}
    devices:
      - { id: g1, to: 2024-01-01 }
      - { id: g2, from: 2024-01-01 }
  - { id: p2, model: lift, site: s1, devices: [{ id: g1, from: 2024-01-01 }] }
`;
    const { assets, bindings } = listOf(yaml(text));
    expect(assets).toEqual([
      {
        id: 'p1',
        name: 'Pump 1',
        modelId: 'pump',
        siteId: 's1',
        customerId: 'acme',
        tier: 'strategic',
        criticality: 'critical',
        batch: 'B7',
        serial: '0012',
        commissionedAt: Date.UTC(2020, 0, 1),
        contract: { kind: 'warranty', until: Date.UTC(2024, 11, 31, 16), reference: 'W1' },
        registeredBy: 'file',
        components: {
          seal: { installedAt: Date.UTC(2024, 4, 1, 8, 30, 0, 250), installedReading: 1200.5, serial: 'S9' },
          bearing: {},
        },
      },
      {
        id: 'p2',
        modelId: 'lift',
        siteId: 's1',
        tier: 'standard',
        criticality: 'medium',
        registeredBy: 'file',
        components: {},
      },
    ]);
    const swap = Date.UTC(2024, 0, 1);
    expect(bindings).toEqual([
      { deviceId: 'g1', assetId: 'p1', from: 0, to: swap },
      { deviceId: 'g2', assetId: 'p1', from: swap },
      { deviceId: 'g1', assetId: 'p2', from: swap },
    ]);
  });

  it('takes an empty file, and an empty list, as no assets', () => {
    expect(yaml('')).toEqual({ assets: [], bindings: [] });
    expect(yaml('assets:\n')).toEqual({ assets: [], bindings: [] });
  });

  const cases: [name: string, text: string, expected: string[]][] = [
    ['a list without its name', '- id: a\n', ['assets.yaml:1: must be a map with the list assets']],
    [
      'another name of the list',
      'asset: []\n',
      ["assets.yaml:1: asset: unknown option 'asset', did you mean 'assets'? Valid: assets"],
    ],
    ['a map in place of the list', 'assets: { a: {} }\n', ['assets.yaml:1: assets: must be a list of assets']],
    [
      'an unknown model, with the nearest',
      'assets: [{ id: a, model: pmup, site: s }]\n',
      ["assets.yaml:1: assets[0].model: there is no model 'pmup', did you mean 'pump'? Valid: pump, lift"],
    ],
    [
      'an unknown component',
      'assets:\n  - id: a\n    model: pump\n    site: s\n    components: { seel: {} }\n',
      [
        "assets.yaml:5: assets[0].components.seel: model 'pump' has no component 'seel', did you mean 'seal'? Valid: seal, bearing",
      ],
    ],
    [
      'what is missing',
      'assets:\n  - { id: a, model: pump }\n  - { }\n',
      [
        'assets.yaml:2: assets[0].site: is missing: Where it stands.',
        'assets.yaml:3: assets[1].id: is missing: Names the asset; never changes.',
        'assets.yaml:3: assets[1].model: is missing: Id of its asset model.',
        'assets.yaml:3: assets[1].site: is missing: Where it stands.',
      ],
    ],
    [
      'an asset that is there twice, and other than text where text is due',
      'assets:\n  - { id: a, model: pump, site: 12 }\n  - { id: a, model: pump, site: s, tier: gold, serial: 7 }\n',
      [
        'assets.yaml:2: assets[0].site: must be an id: 1 to 128 printable characters, without control characters, leading or trailing space, or a trailing backslash, not 12',
        "assets.yaml:3: assets[1].id: 'a' is there twice; each must have its own",
        "assets.yaml:3: assets[1].tier: must be standard, important or strategic, not 'gold'",
        "assets.yaml:3: assets[1].serial: must be text (in quotes: '7'), not 7",
      ],
    ],
    [
      'days that do not exist and times without a zone',
      'assets:\n  - { id: a, model: pump, site: s, commissionedAt: 2023-02-29 }\n  - { id: b, model: pump, site: s, commissionedAt: 2023-02-28T08:00:00 }\n',
      [
        `assets.yaml:2: assets[0].commissionedAt: must be ${DATE}, not '2023-02-29'`,
        `assets.yaml:3: assets[1].commissionedAt: must be ${DATE}, not '2023-02-28T08:00:00'`,
      ],
    ],
    [
      'a device that speaks for two at a time, or ends before it begins',
      'assets:\n  - { id: a, model: pump, site: s, devices: [{ id: d, to: 2024-02-01 }] }\n  - id: b\n    model: pump\n    site: s\n    devices:\n      - { id: d, from: 2024-01-01 }\n      - { id: e, from: 2024-02-01, to: 2024-02-01 }\n',
      [
        "assets.yaml:7: assets[1].devices[0]: device 'd' speaks for asset 'a' in that time already; end one binding with to before the next begins with from",
        'assets.yaml:8: assets[1].devices[1].to: must be later than from',
      ],
    ],
  ];

  it.each(cases)('names %s', (_name, text, expected) => {
    expect(problemsOf(yaml(text))).toEqual(expected);
  });
});

describe('parseAssetsCsv', () => {
  const header =
    'id,name,model,site,tier,contract.kind,contract.until,device,device.from,component.seal.installedAt,component.seal.installedReading,component.rope.serial';
  const rows = [
    'p1,"Pump, left",pump,s1,,service,2026-01-01,g1,2024-01-01,2023-05-01,1200.5,',
    '',
    '0012,,lift,s1,important,,,,,,,R1',
  ];

  it('gives a row as an asset, whatever the separator, with or without a byte order mark', () => {
    const expected: AssetList = {
      assets: [
        {
          id: 'p1',
          name: 'Pump, left',
          modelId: 'pump',
          siteId: 's1',
          tier: 'standard',
          criticality: 'medium',
          contract: { kind: 'service', until: Date.UTC(2026, 0, 1) },
          registeredBy: 'csv',
          components: { seal: { installedAt: Date.UTC(2023, 4, 1), installedReading: 1200.5 } },
        },
        {
          id: '0012',
          modelId: 'lift',
          siteId: 's1',
          tier: 'important',
          criticality: 'medium',
          registeredBy: 'csv',
          components: { rope: { serial: 'R1' } },
        },
      ],
      bindings: [{ deviceId: 'g1', assetId: 'p1', from: Date.UTC(2024, 0, 1) }],
    };
    const text = [header, ...rows].join('\n');
    expect(csv(text)).toEqual(expected);
    expect(csv(`\ufeff${text.replaceAll('\n', '\r\n')}\r\n`)).toEqual(expected);
    const semicolons = text.replaceAll(',', ';').replace('"Pump; left"', '"Pump, left"');
    expect(csv(semicolons)).toEqual(expected);
    expect(csv(semicolons.replaceAll(';', '\t'))).toEqual(expected);
  });

  const cases: [name: string, text: string, expected: string[]][] = [
    ['an empty file', '', ['assets.csv:1: is empty; it needs a header with the columns id, model, site']],
    [
      'columns that are missing, unknown or there twice',
      'id,colour,id\na,red,a\n',
      [
        'assets.csv:1: model: this column is missing',
        'assets.csv:1: site: this column is missing',
        'assets.csv:1: colour: unknown column; valid: model, customer, tier, id, name, site, batch, serial, device, gateway, criticality, device.from, commissionedAt, contract.kind, contract.until, contract.reference, component.<id>.serial, component.<id>.installedAt, component.<id>.installedReading',
        'assets.csv:1: id: this column is there twice',
      ],
    ],
    [
      'cells, by line and column',
      'id,model,site,component.seal.installedReading,component.seal.installedAt\n"a\nb",pump,s,"12,5",soon\nc,,,,\nc,lift,s,1,\n',
      [
        "assets.csv:2: id: must be an id: 1 to 128 printable characters, without control characters, leading or trailing space, or a trailing backslash, not 'a\\nb'",
        "assets.csv:2: component.seal.installedAt: must be DATE, not 'soon'".replace('DATE', DATE),
        "assets.csv:2: component.seal.installedReading: must be a number, not '12,5'",
        'assets.csv:4: model: is missing: Id of its asset model.',
        'assets.csv:4: site: is missing: Where it stands.',
        "assets.csv:5: component.seal.installedReading: model 'lift' has no component 'seal'; valid: rope",
        "assets.csv:5: id: 'c' is there twice; each must have its own",
      ],
    ],
    [
      'rows that are longer or shorter than the header',
      'id,model,site\na,pump,s,x\nb,pump\n',
      [
        'assets.csv:2: has 4 cells where the header has 3 columns',
        'assets.csv:3: has 2 cells where the header has 3 columns',
        'assets.csv:3: site: is missing: Where it stands.',
      ],
    ],
    [
      'a quote that is not closed',
      'id,model,site\n"a,pump,s\n',
      ['assets.csv:2: is no valid CSV: Quote Not Closed: the parsing is finished with an opening quote at line 2'],
    ],
    [
      'names that JavaScript has a meaning for',
      'id,model,site,component.__proto__.serial,constructor\na,pump,s,x,y\n',
      [
        'assets.csv:1: constructor: unknown column; valid: COLUMNS',
        "assets.csv:2: component.__proto__.serial: model 'pump' has no component '__proto__'; valid: bearing, seal",
      ],
    ],
  ];

  it.each(cases)('names %s', (_name, text, expected) => {
    const columns = /(constructor: unknown column; valid: ).*/;
    expect(problemsOf(csv(text)).map((line) => line.replace(columns, '$1COLUMNS'))).toEqual(expected);
  });
});
