import { type DataSet, type Item, inOrderOfTime } from './dataset.ts';
import { findFile, type Row, readTable, toNumber, toTime } from './files.ts';
import { groupBy } from './units.ts';

export interface AzureFailure {
  readonly asset: string;
  readonly component: string;
  readonly time: number;
}

export interface AzureData extends DataSet {
  readonly truth: {
    readonly failures: readonly AzureFailure[];
    /** By asset: the times of its telemetry, in order. The given part has only some of the hours. */
    readonly heard: ReadonlyMap<string, readonly number[]>;
  };
}

const SIGNALS = ['volt', 'rotate', 'pressure', 'vibration'];

/**
 * Azure's predictive-maintenance machines (synthetic): telemetry by the hour, errors as events (a metric each: two
 * may come at once), and maintenance as what a
 * technician entered. Failures are the truth and are not sent; the repair that follows is in the maintenance, stamped as
 * the failure. What was replaced before the first telemetry is the installation of a component.
 *
 * @throws DataSetError with file and line
 */
export function readAzure(path: string): AzureData {
  const files = {
    telemetry: findFile(path, 'PdM_telemetry.csv', 'telemetry_subset.csv'),
    errors: findFile(path, 'PdM_errors.csv'),
    maintenance: findFile(path, 'PdM_maint.csv'),
    failures: findFile(path, 'PdM_failures.csv'),
  };
  const telemetry = readTable(files.telemetry, {
    separator: ',',
    columns: ['datetime', 'machineID', ...SIGNALS],
    header: true,
  }).map((row) => ({ ...placed(row), values: signalsOf(row) }));
  const errors = eventsIn(files.errors, 'errorID').map(({ what, ...at }) => ({
    ...at,
    values: { [what]: 'occurred' },
  }));
  const maintenance = eventsIn(files.maintenance, 'comp').map(({ what, ...at }) => ({ ...at, replaced: what }));
  const heard = new Map(
    [...groupBy(telemetry, ({ asset }) => asset)].map(([asset, rows]) => [asset, sortedTimes(rows)]),
  );
  const from = Math.min(...telemetry.map(({ time }) => time));
  const later: Item[] = [...telemetry, ...errors, ...maintenance].filter(
    ({ asset, time }) => heard.has(asset) && time >= from,
  );
  return {
    files: Object.values(files),
    devices: [...heard.keys()].map((asset) => ({ asset, installed: installedAt(asset, maintenance, from) })),
    items: inOrderOfTime(later),
    truth: {
      failures: eventsIn(files.failures, 'failure')
        .filter(({ asset }) => heard.has(asset))
        .map(({ what, ...at }) => ({ ...at, component: what })),
      heard,
    },
  };
}

/** The last replacement of each component before the first telemetry. */
function installedAt(asset: string, maintenance: readonly (Item & { replaced: string })[], from: number) {
  const before = maintenance.filter((item) => item.asset === asset && item.time < from);
  return Object.fromEntries(
    inOrderOfTime(before).map((item) => ['replaced' in item ? item.replaced : '', { time: item.time }]),
  );
}

function eventsIn(file: string, column: string) {
  const rows = readTable(file, { separator: ',', columns: ['datetime', 'machineID', column], header: true });
  return rows.map((row) => ({ ...placed(row), what: row.fields[2]! }));
}

function placed({ place, fields }: Row): { asset: string; time: number } {
  const machine = toNumber(fields[1]!, place, 'machineID');
  return { asset: `machine-${machine}`, time: toTime(fields[0]!, place, 'datetime') };
}

function signalsOf({ place, fields }: Row): Record<string, number> {
  return Object.fromEntries(SIGNALS.map((name, at) => [name, toNumber(fields[at + 2]!, place, name)]));
}

function sortedTimes(rows: readonly { readonly time: number }[]): number[] {
  return rows.map(({ time }) => time).sort((a, b) => a - b);
}
