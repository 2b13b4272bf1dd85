import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DASHBOARDS, dashboardJson } from '../../dashboards/index.ts';
import type { FindingDocument, TicketDocument } from '../support/apiClient.ts';
import type { Board, Frame } from '../support/grafana/board.ts';
import { type OpenBoard, openBoard } from '../support/grafana/open.ts';
import { photograph } from '../support/grafana/photograph.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { requireProgram } from '../support/services.ts';
import { type Seeded, seed } from './dashboards/seed.ts';

const postgres = postgresPrograms();
const prometheus = requireProgram('prometheus');
const influxd = requireProgram('influxd');

/** Where the data of the dashboards are drawn for people to look at. */
const PICTURES = process.env.DASHBOARD_PICTURES;

const load = (name: string): Board => JSON.parse(dashboardJson(DASHBOARDS[name]!)) as Board;

/** What an asset need not have for each of its metrics, states and components; for one of them it must. */
const ONCE = new Set(['L']);

/** What this installation can't tell: the embedded broker counts no drops. */
const UNTOLD = new Set(['Dropped by the broker']);

interface Component {
  readonly componentId: string;
  readonly health: string;
  readonly wear?: number | null;
  readonly life?: number;
  readonly forecast?: { readonly p10: string | null; readonly p50: string | null };
}

interface AssetItem {
  readonly id: string;
  readonly siteId: string;
  readonly health: string;
  readonly state?: { readonly lastReceivedAt: string; readonly components: readonly Component[] };
}

interface Demand {
  readonly partNumber: string;
  readonly components: number;
  readonly unknown: number;
  readonly horizons: readonly {
    readonly days: number;
    readonly expected: number;
    readonly p10: number;
    readonly p90: number;
  }[];
}

interface ServiceFigures {
  readonly opened: number;
  readonly acknowledging: { readonly meanSeconds?: number };
  readonly resolving: { readonly meanSeconds?: number };
  readonly restoring: { readonly meanSeconds?: number };
  readonly response: { readonly share?: number };
  readonly solution: { readonly share?: number };
  readonly backlog: {
    readonly tickets: number;
    readonly byAge: readonly { readonly tickets: number }[];
    readonly waitsFor: Readonly<Record<string, number>>;
  };
}

interface ServiceAnswer {
  readonly total: ServiceFigures;
  readonly groups: readonly (ServiceFigures & { readonly key: string | null })[];
}

describe.skipIf(!postgres || !prometheus || !influxd)('the dashboards on real servers', () => {
  let seeded: Seeded;
  let fleet: OpenBoard;
  let asset: OpenBoard;
  let pipeline: OpenBoard;
  let life: OpenBoard;
  let service: OpenBoard;

  beforeAll(async () => {
    seeded = await seed({ postgres: postgres!, prometheus: prometheus! });
    fleet = await openBoard(seeded.servers, load('fleet.json'));
    asset = await openBoard(seeded.servers, load('asset.json'), { asset: ['lift-2'] }, '36h');
    pipeline = await openBoard(seeded.servers, load('pipeline.json'), {}, '1m');
    life = await openBoard(seeded.servers, load('component-life.json'));
    service = await openBoard(seeded.servers, load('service-desk.json'));
    if (PICTURES === undefined) return;
    const wide = await openBoard(seeded.servers, load('asset.json'), { asset: ['lift-2'] }, '3d');
    await photograph(PICTURES, {
      fleet,
      asset: wide,
      'component-life': life,
      'service-desk': service,
      pipeline,
    });
  }, 400_000);
  afterAll(() => seeded?.stop());

  it('answer every query of every panel and annotation with data', () => {
    for (const board of [fleet, asset, life, service, pipeline]) {
      for (const { panel, title, frames } of board.panels) {
        for (const { refId } of UNTOLD.has(title) ? [] : panel.targets) {
          const peers = ONCE.has(refId) ? board.panels.filter((one) => one.panel === panel) : [];
          const answers = peers.length > 0 ? peers.flatMap((one) => one.frames) : frames;
          expect(hasData(answers, refId), `${board.board.title}, ${title}, query ${refId}`).toBe(true);
        }
      }
      for (const { name, rows } of board.annotations) expect(rows, name).not.toEqual([]);
    }
  });

  it.each([
    ['20d', '5m'],
    ['90d', '1h'],
  ])('answer a range of %s from the aggregates of %s', async (span, policy) => {
    const long = await openBoard(seeded.servers, load('asset.json'), { asset: ['lift-2'] }, span);
    expect(long.variables.get('rp')?.chosen[0]?.value).toBe(policy);
    const { frames } = panel(long, 'Motor winding temperature');
    for (const refId of ['A', 'B', 'C']) expect(hasData(frames, refId), refId).toBe(true);
    expect(hasData(panel(long, 'Status').frames, 'A')).toBe(true);
  });

  it('choose by site, model and component', async () => {
    const choices = { site: ['suzhou-plant'], model: ['screw-compressor'], component: ['oil', 'oil-filter'] };
    const some = await openBoard(seeded.servers, load('fleet.json'), choices);
    expect(new Set(column(some, 'Soonest ends of life', 'site'))).toEqual(new Set(['suzhou-plant']));
    expect(new Set(column(some, 'Soonest ends of life', 'component_name'))).toEqual(
      new Set(['Compressor oil', 'Oil filter']),
    );
    expect(column(some, 'Health by site and model', 'model_name')).toEqual(['Screw compressor']);
  });

  it('show on Fleet what the API says', async () => {
    const assets = await seeded.api.all<AssetItem>('/assets');
    const open = (await seeded.api.all<TicketDocument>('/tickets')).filter(
      ({ status }) => !/closed|cancelled/.test(status),
    );
    const [byHealth] = panel(fleet, 'Assets by health').frames;
    byHealth!.columns.forEach((health, at) => {
      expect(byHealth!.rows[0]![at], health).toBe(assets.filter((one) => one.health === health).length);
    });
    const [byPriority] = panel(fleet, 'Open tickets by priority').frames;
    for (const [priority, count] of byPriority!.rows) {
      expect(count, String(priority)).toBe(open.filter((ticket) => ticket.priority === priority).length);
    }
    expect(column(fleet, 'Open tickets', 'number').sort()).toEqual(open.map(({ number }) => number).sort());
    const timeline = panel(fleet, 'Health over time').frames;
    const ranks = ['good', 'watch', 'warning', 'critical'];
    const names = new Map(
      (await seeded.servers.postgres.query('SELECT asset_name, asset FROM fettle_views.assets')).rows.map(
        (row: { asset_name: string; asset: string }) => [row.asset_name, row.asset],
      ),
    );
    expect(timeline).toHaveLength(assets.length);
    for (const { columns, rows } of timeline) {
      const { health } = assets.find(({ id }) => id === names.get(columns[1]!))!;
      expect(ranks[rows.at(-1)![1] as number], columns[1]).toBe(health);
    }
  });

  it('show today what is new, got worse, is due and has gone silent', () => {
    const [today] = panel(fleet, 'Today').frames;
    const what = (kind: string) => today!.rows.filter((row) => row[1] === kind).map((row) => row[2]);
    expect(what('Got worse')).toContain('lift-2');
    expect(what('New')).toContain('printer-1');
    expect(what('Due this week')).toContain('lift-1');
    expect(what('Gone silent')).toEqual(['printer-1']);
  });

  it('show on Asset what the API says', async () => {
    const { state } = await seeded.api.get<AssetItem>('/assets/lift-2');
    const [wear] = panel(asset, 'Life used').frames;
    const door = state!.components.find(({ componentId }) => componentId === 'door-operator')!;
    expect(wear!.rows.find(([name]) => name === 'Car door operator')?.[1]).toBeCloseTo(door.wear!, 6);
    const row = rowOf(asset, 'Components', 'Car door operator');
    expect(row.health).toBe(door.health);
    expect(near(row.end_of_life, door.forecast!.p50, 60_000)).toBe(true);
    expect(near(row.end_of_life_early, door.forecast!.p10, 60_000)).toBe(true);
    expect(near(panel(asset, 'Last heard').frames[0]!.rows[0]![0], state!.lastReceivedAt)).toBe(true);
    const contactor = state!.components.find(({ componentId }) => componentId === 'main-contactor')!;
    expect(contactor.wear, 'changed on the way').toBeLessThan(0.02);
    expect(wear!.rows.find(([name]) => name === 'Main contactor')?.[1]).toBeCloseTo(contactor.wear!, 6);
    const days = panel(asset, 'Forecast: Car door operator').frames[0]!.rows.find(
      (point) => point[2] === 1,
    )![0] as number;
    expect(days).toBeCloseTo((Date.parse(door.forecast!.p50!) - Date.now()) / 86_400_000, 1);

    const tickets = await seeded.api.all<TicketDocument>('/tickets?assetId=lift-2');
    expect(column(asset, 'Tickets', 'number').sort()).toEqual(tickets.map(({ number }) => number).sort());
    const findings = await seeded.api.all<FindingDocument>('/findings?assetId=lift-2');
    const recent = findings.filter(
      ({ change, time, retractedAt }) =>
        change !== 'updated' && retractedAt === undefined && Date.parse(time) >= asset.range.from,
    );
    expect(column(asset, 'Findings', 'failure_mode_name')).toHaveLength(recent.length);
  });

  it.each([
    ['36h', '10m', 'raw'],
    ['3d', '10m', '5m'],
  ])('show over %s the buckets that the API gives', async (span, bucket, policy) => {
    const shown = await openBoard(seeded.servers, load('asset.json'), { asset: ['lift-2'] }, span);
    expect(shown.variables.get('rp')?.chosen[0]?.value).toBe(policy);
    const { frames } = panel(shown, 'Motor winding temperature');
    const [lowest, highest, mean] = ['A', 'B', 'C'].map((refId) => frames.find((frame) => frame.refId === refId)!);
    const [first, second] = lowest!.rows as [number, number][];
    const step = second![0] - first![0];
    const at = lowest!.rows[50]![0] as number;
    const query = new URLSearchParams({
      metrics: 'motor-temperature',
      from: new Date(at).toISOString(),
      to: new Date(at + step).toISOString(),
      bucket: `${step / 1000}s`,
    });
    const { items } = await seeded.api.get<{ items: Record<'min' | 'max' | 'mean', number>[] }>(
      `/assets/lift-2/telemetry?${query}`,
    );
    expect(items, bucket).toHaveLength(1);
    expect(valueAt(lowest!, at)).toBeCloseTo(items[0]!.min, 9);
    expect(valueAt(highest!, at)).toBeCloseTo(items[0]!.max, 9);
    expect(valueAt(mean!, at)).toBeCloseTo(items[0]!.mean, 6);
  });

  it('show the usage and the data quality that the API says', async () => {
    const day = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000);
    const usage = await seeded.api.get<{ items: { componentId: string; day: string; used: number }[] }>(
      `/assets/lift-2/usage?from=${day.toISOString()}&to=${new Date(day.getTime() + 86_400_000).toISOString()}`,
    );
    const used = usage.items.find(({ componentId }) => componentId === 'door-operator')!.used;
    const { state } = await seeded.api.get<AssetItem>('/assets/lift-2');
    const { life } = state!.components.find(({ componentId }) => componentId === 'door-operator')!;
    const door = panel(asset, 'Life used per day').frames.find(({ columns }) => columns[1] === 'Car door operator')!;
    expect(valueAt(door, day.getTime())).toBeCloseTo(used / life!, 6);
    const count = (name: string) =>
      panel(asset, 'Data quality')
        .frames.filter(({ columns }) => columns[1] === name)
        .flatMap(({ rows }) => rows.map((row) => Number(row[1])))
        .reduce((a, b) => a + b, 0);
    expect([count('Uncertain'), count('Bad')]).toEqual([2, 1]);
    const letters = await seeded.api.all('/dead-letters');
    const sum = column(pipeline, 'Dead letters', 'letters').reduce<number>(
      (total, letter) => total + Number(letter),
      0,
    );
    expect(sum).toBe(letters.length);
  });

  it('show on Pipeline a ledger that adds up, with the figures of Fettle', () => {
    const { messages } = seeded.app.ledger;
    const figures = new Map(
      panel(pipeline, 'Messages since the start').frames.map(({ columns, rows }) => [columns[1], rows[0]![1]]),
    );
    expect(figures.get('Received')).toBe(messages.received);
    expect(figures.get('Stored')).toBe(messages.stored);
    expect(figures.get('Dead-lettered')).toBe(messages.deadLettered);
    const others = ['Stored', 'Duplicate', 'Dead-lettered', 'Dropped', 'In flight'].map(
      (name) => figures.get(name) as number,
    );
    expect(others.reduce((a, b) => a + b)).toBe(figures.get('Received'));
    for (const { rows } of panel(pipeline, 'Unaccounted for').frames) expect(rows[0]![1]).toBe(0);
  });

  it('show on Component life what the API says', async () => {
    const { items } = await seeded.api.get<{ items: Demand[] }>('/analytics/parts-demand');
    const shown = table(life, 'Parts needed');
    expect(shown.map(({ part_number }) => part_number).sort()).toEqual(
      items.map(({ partNumber }) => partNumber).sort(),
    );
    for (const { partNumber, horizons, components, unknown } of items) {
      const row = shown.find(({ part_number }) => part_number === partNumber)!;
      expect(Number(row.components), partNumber).toBe(components);
      expect(Number(row.unknown), partNumber).toBe(unknown);
      for (const { days, expected, p10, p90 } of horizons) {
        expect(Number(row[`expected_${days}`]), partNumber).toBeCloseTo(expected, 2);
        expect(row[`range_${days}`], partNumber).toBe(`${p10} to ${p90}`);
      }
    }
    const ids = (await seeded.api.all<AssetItem>('/assets')).map(({ id }) => id);
    const assets = await Promise.all(ids.map((id) => seeded.api.get<AssetItem>(`/assets/${id}`)));
    const lives = assets
      .flatMap(({ state }) => state?.components ?? [])
      .filter(({ life: rated }) => rated !== undefined);
    const counted = table(life, 'Components by life used');
    expect(counted.reduce((sum, { components }) => sum + Number(components), 0)).toBe(lives.length);
    const over = counted.find(({ words }) => words === '80 to 100 %')!;
    const high = lives.filter(({ wear }) => typeof wear === 'number' && wear >= 0.8 && wear < 1);
    expect(Number(over.components)).toBe(high.length);
    const bands = table(life, 'Forecasts with their bands');
    expect(bands.length).toBeGreaterThan(5);
    for (const { early, expected, late } of bands) {
      if (expected !== null) expect(Number(expected)).toBeGreaterThanOrEqual(Number(early));
      if (late !== null) expect(Number(late)).toBeGreaterThanOrEqual(Number(expected));
    }
    const ahead = table(life, 'Ends of life ahead');
    expect(ahead).toHaveLength(27);
    for (const row of ahead) {
      expect(Number(row['At least'])).toBeLessThanOrEqual(Number(row['At most']));
      expect(Number(row.Expected)).toBeLessThanOrEqual(bands.length);
    }
    const someday = ahead.map((row) => Number(row.Expected));
    expect(someday).toEqual(someday.toSorted((a, b) => a - b));
  });

  it('show on Service desk what the API says', async () => {
    const range = `from=${new Date(service.range.from).toISOString()}&to=${new Date(service.range.to).toISOString()}`;
    const { total, groups } = await seeded.api.get<ServiceAnswer>(`/analytics/service?by=team&${range}`);
    const [now] = table(service, 'Now');
    expect(Number(now!.open)).toBe(total.backlog.tickets);
    expect(Number(now!.unacknowledged)).toBe(total.backlog.waitsFor.acknowledgement);
    expect(Number(now!.customer)).toBe(total.backlog.waitsFor.customer);
    const waits = table(service, 'What waits for whom');
    expect(waits.reduce((sum, { tickets }) => sum + Number(tickets), 0)).toBe(total.backlog.tickets);
    expect(table(service, 'Open tickets by age').map(({ tickets }) => Number(tickets))).toEqual(
      total.backlog.byAge.map(({ tickets }) => tickets),
    );
    const opened = panel(service, 'Opened, acknowledged, resolved').frames.find(
      ({ columns }) => columns[1] === 'Opened',
    )!;
    expect(opened.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(total.opened);
    const figures = Object.assign({}, ...panel(service, 'Service in this time range').frames.map(firstRow)) as Row;
    expect(figures.mtta).toBeCloseTo(total.acknowledging.meanSeconds!, 1);
    expect(figures.resolving).toBeCloseTo(total.resolving.meanSeconds!, 1);
    expect(figures.mttr).toBeCloseTo(total.restoring.meanSeconds!, 1);
    expect(total.solution.share).toBeLessThan(1);
    expect(Number(figures.responses)).toBeCloseTo(total.response.share!, 5);
    expect(Number(figures.solutions)).toBeCloseTo(total.solution.share!, 5);
    expect(Number(figures.fixed)).toBe(0.5);
    const teams = table(service, 'Service by team');
    for (const { key, acknowledging } of groups.filter(({ opened: count }) => count > 0)) {
      const row = teams.find(({ team_name }) => team_name === (key ?? '(no team)'))!;
      if (acknowledging.meanSeconds === undefined) expect(row.mtta).toBeNull();
      else expect(row.mtta).toBeCloseTo(acknowledging.meanSeconds, 1);
    }
    const { items: rules } = await seeded.api.get<{ items: Record<string, unknown>[] }>(`/analytics/rules?${range}`);
    const scores = table(service, 'Outcomes of predictions');
    expect(scores).toHaveLength(rules.length);
    for (const rule of rules) {
      const row = scores.find(
        ({ model, rule_name }) => model === rule.modelId && rule_name === (rule.ruleId ?? '(no rule)'),
      )!;
      for (const kind of ['hits', 'early', 'late', 'false', 'missed', 'unverifiable']) {
        expect(Number(row[kind]), kind).toBe(rule[kind]);
      }
    }
    const { total: rated } = await seeded.api.get<{ total: { byScore: number[] } }>(`/analytics/ratings?${range}`);
    expect(table(service, 'Ratings').map(({ ratings }) => Number(ratings))).toEqual(rated.byScore.toReversed());
    const modes = table(service, 'Ratings by failure mode and time to resolve');
    expect(modes[0]).toMatchObject({ failure_mode: 'oil-overheated', took: 'up to 3 days', rating: 2 });
  });

  it('ask as a role that may read the views and nothing else', async () => {
    const { postgres: reader } = seeded.servers;
    const { rows } = await reader.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, viewname) AS name FROM pg_views WHERE schemaname IN ('fettle_views', 'fettle')
       UNION ALL SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('fettle', 'bullmq')`,
    );
    expect(rows.length).toBeGreaterThan(30);
    for (const { name } of rows) {
      const read = reader.query(`SELECT * FROM ${name} LIMIT 1`);
      if (name.startsWith('fettle_views.')) await read;
      else await expect(read, name).rejects.toThrow(/permission denied/);
    }
    await expect(reader.query('CREATE TABLE fettle_views.mine ()')).rejects.toThrow(/permission denied/);
    await expect(reader.query('UPDATE fettle_views.dead_letters SET reason = $1', ['x'])).rejects.toThrow(
      /permission denied/,
    );
  });
});

function panel({ panels }: OpenBoard, title: string) {
  const found = panels.find((candidate) => candidate.title === title);
  if (!found) throw new Error(`no panel '${title}' among ${panels.map((one) => one.title).join(', ')}`);
  return found;
}

function column(board: OpenBoard, title: string, name: string): unknown[] {
  const [frame] = panel(board, title).frames;
  const at = frame!.columns.indexOf(name);
  return frame!.rows.map((row) => row[at]);
}

/** The row of a table that begins with `first`, by column. */
function rowOf(board: OpenBoard, title: string, first: string): Record<string, unknown> {
  const [frame] = panel(board, title).frames;
  const row = frame!.rows.find(([cell]) => cell === first)!;
  return Object.fromEntries(frame!.columns.map((name, at) => [name, row[at]]));
}

type Row = Record<string, unknown>;

function firstRow({ columns, rows }: Frame): Row {
  return Object.fromEntries(columns.map((name, at) => [name, rows[0]![at]]));
}

/** The rows of a table, by column. */
function table(board: OpenBoard, title: string): Row[] {
  const [frame] = panel(board, title).frames;
  return frame!.rows.map((row) => Object.fromEntries(frame!.columns.map((name, at) => [name, row[at]])));
}

function valueAt({ rows }: Frame, time: number): number {
  return rows.find((row) => row[0] === time)![1] as number;
}

function hasData(frames: readonly Frame[], refId: string): boolean {
  return frames.some(
    (frame) =>
      frame.refId === refId &&
      frame.rows.some((row) =>
        row.slice(frame.columns[0] === 'time' ? 1 : 0).some((cell) => cell !== null && !Number.isNaN(cell)),
      ),
  );
}

/** The API shows times in milliseconds and forecasts in minutes; the database keeps more. */
function near(shown: unknown, said: string | null, within = 1): boolean {
  const time = shown instanceof Date ? shown.getTime() : Number(shown);
  return said !== null && Math.abs(time - Date.parse(said)) <= within;
}
