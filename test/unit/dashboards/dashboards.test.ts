import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DASHBOARDS, dashboardJson } from '../../../dashboards/index.ts';

interface Source {
  readonly uid: string;
  readonly type: string;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly datasource: Source;
  readonly repeat?: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly refId: string; readonly datasource: Source }[];
}

interface Board {
  readonly uid: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly datasource: Source }[] };
  readonly annotations: { readonly list?: readonly { readonly name: string; readonly datasource: Source }[] };
  readonly links: readonly {
    readonly tags: readonly string[];
    readonly includeVars: boolean;
    readonly keepTime: boolean;
  }[];
}

const boards = Object.entries(DASHBOARDS).map(([file, build]) => {
  return { file, text: dashboardJson(build), board: JSON.parse(dashboardJson(build)) as Board };
});
const uids = new Set(boards.map(({ board }) => board.uid));
const { datasources } = parse(readFileSync('dashboards/provisioning/datasources/fettle.yaml', 'utf8')) as {
  datasources: Source[];
};

describe.each(boards)('$file', ({ file, text, board }) => {
  it('is what its source builds; else run "npm run dashboards"', () => {
    expect(readFileSync(`dashboards/json/${file}`, 'utf8')).toBe(text);
  });

  it('has panels that say what they show, with a unit, side by side', () => {
    for (const { title, description, fieldConfig, gridPos } of board.panels) {
      expect(title, title).toMatch(/\S/);
      expect(description, title).toMatch(/^[A-Z].{30,}[.]$/);
      expect(fieldConfig.defaults.unit, title).toMatch(/\S/);
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    }
    expect(new Set(board.panels.map(({ title }) => title)).size).toBe(board.panels.length);
  });

  it('asks only the data sources that are provisioned', () => {
    const asked = [
      ...board.panels.flatMap(({ targets }) => targets.map(({ datasource }) => datasource)),
      ...board.templating.list.map(({ datasource }) => datasource),
      ...(board.annotations.list ?? []).map(({ datasource }) => datasource),
    ];
    const known = datasources.map(({ uid, type }) => ({ uid, type }));
    expect(asked.length).toBeGreaterThan(board.panels.length);
    for (const source of asked) expect(known).toContainEqual(source);
  });

  it('uses variables that it has, and repeats by them', () => {
    const own = new Set(board.templating.list.map(({ name }) => name));
    const used = [...text.matchAll(/\$\{([a-z_]+)(?::\w+)?\}|\$([a-z]+)\b/g)].map((match) => match[1] ?? match[2]!);
    const grafanas = new Set(['__from', '__to', '__url_time_range']);
    expect(used.filter((name) => !own.has(name) && !grafanas.has(name))).toEqual([]);
    for (const { repeat } of board.panels) if (repeat) expect(own).toContain(repeat);
  });

  it('links to dashboards and variables that exist', () => {
    const links = [...text.matchAll(/\/d\/([\w-]+)\?([^"]*)"/g)];
    for (const [, uid, query] of links) {
      const target = boards.find(({ board: { uid: candidate } }) => candidate === uid)?.board;
      expect(target, uid).toBeDefined();
      const names = target!.templating.list.map(({ name }) => name);
      for (const [, name] of query!.matchAll(/var-(\w+)=/g)) expect(names).toContain(name);
    }
  });

  it('leads to the others with its variables and time range', () => {
    expect(board.links).toEqual([expect.objectContaining({ tags: board.tags, includeVars: true, keepTime: true })]);
  });
});

it('has a uid of its own for each', () => {
  expect([...uids].sort()).toEqual([
    'fettle-asset',
    'fettle-component-life',
    'fettle-fleet',
    'fettle-pipeline',
    'fettle-service-desk',
  ]);
});
