import { type RawBuilder, sql } from 'kysely';
import { DAY, type Duration, type Timestamp } from '../../../../domain/time.ts';
import {
  AGE_LIMITS_DAYS,
  type AnalyticsFilter,
  type Grouped,
  type MeasuredTimes,
  type Period,
  type PromiseCounts,
  type ServiceFigures,
  type ServiceGroup,
} from '../../../../ports/analytics.ts';
import type { Db } from '../schema.ts';
import { allOf, assetOf, wanted } from './filter.ts';
import { SAID_BEST } from './repeats.ts';

export const SERVICE_KEYS: Readonly<Record<ServiceGroup, string>> = {
  site: 'site_id',
  model: 'model_id',
  batch: 'batch',
  component: 'component_id',
  customer: 'customer_id',
  'failure-mode': 'failure_mode_id',
  team: 'team',
  priority: 'priority',
  kind: 'kind',
};

/** The same of failures; a team, a priority and a kind they have by their tickets. */
const FAILURE_KEYS: Readonly<Record<ServiceGroup, string>> = {
  site: 'a.site_id',
  model: 'a.model_id',
  batch: 'a.batch',
  component: 'f.component_id',
  customer: 'a.customer_id',
  'failure-mode': 'f.failure_mode_id',
  team: 't.team',
  priority: 't.priority',
  kind: 't.kind',
};

const TIMES = [
  'opened_at',
  'asked_at',
  'acknowledged_at',
  'resolved_at',
  'closed_at',
  'first_closed_at',
  'promised_at',
];
const FLAGS = ['released', 'ongoing', 'response_kept', 'response_undecided', 'solution_kept', 'solution_undecided'];
const COLUMNS = sql.join([...TIMES, ...FLAGS, 'status', 'waits_for'].map((name) => sql.ref(`m.${name}`)));
const NO_COLUMNS = sql.join([
  ...TIMES.map(() => sql`NULL::double precision`),
  ...FLAGS.map(() => sql`false`),
  ...['status', 'waits_for'].map(() => sql`NULL::text`),
]);

interface Figures {
  readonly key: string | null;
  readonly whole: boolean;
  readonly opened: number;
  readonly resolved: number;
  readonly closed: number;
  readonly acknowledging: TimesRow;
  readonly resolving: TimesRow;
  readonly restoring: TimesRow & { readonly unrestored: number };
  readonly fixed: number;
  readonly notFixed: number;
  readonly fixUndecided: number;
  readonly response: PromiseCounts;
  readonly solution: PromiseCounts;
  readonly backlog: ServiceFigures['backlog'];
}

/** Each figure counts the tickets whose moment lies in the period; the backlog is that of `now`. */
export async function service(
  db: Db,
  filter: AnalyticsFilter,
  { from, to }: Period,
  by: ServiceGroup | undefined,
  now: Timestamp,
  fixedFor: Duration,
): Promise<Grouped<ServiceFigures>[]> {
  const key = by === undefined ? sql`NULL::text` : sql.ref(`m.${SERVICE_KEYS[by]}`);
  const failureKey = by === undefined ? sql`NULL::text` : sql.ref(FAILURE_KEYS[by]);
  const within = (at: string) => sql`${sql.ref(at)} >= ${from} AND ${sql.ref(at)} < ${to}`;
  const { rows } = await sql<Figures>`
    WITH measured AS (
      SELECT ${key} AS key, ${COLUMNS}, false AS failure, NULL::double precision AS down, ${now} - m.opened_at AS age,
        m.reopened > 0 OR coalesce(m.recurred_at <= m.first_closed_at + ${fixedFor}, false) AS failed_again,
        m.first_closed_at + ${fixedFor} <= ${now} AS proven
      FROM fettle.ticket_measures AS m WHERE ${wanted(filter, allOf('m'))}
      UNION ALL
      SELECT ${failureKey}, ${NO_COLUMNS}, true, coalesce(f.downtime_minutes * 60000,
        CASE WHEN t.resolved_at >= f.at THEN t.resolved_at - f.at END), NULL, NULL, NULL
      FROM fettle.failures AS f JOIN fettle.assets AS a ON a.id = f.asset_id
      LEFT JOIN fettle.tickets AS t ON t.id = f.ticket_id
      WHERE f.impact IN ('critical', 'degraded') AND ${within('f.at')} AND ${SAID_BEST}
        AND ${wanted(filter, { ...assetOf('a'), componentId: 'f' })}
    ), waits AS (
      SELECT grouping(key) AS total, key, waits_for, count(*) AS tickets
      FROM measured WHERE ongoing GROUP BY GROUPING SETS ((key, waits_for), (waits_for))
    ), figures AS (
      SELECT key, grouping(key) AS total,
        ${count(sql`released AND ${within('opened_at')}`)} AS opened,
        ${count(sql`released AND ${within('resolved_at')}`)} AS resolved,
        ${count(sql`released AND status = 'closed' AND ${within('closed_at')}`)} AS closed,
        ${times(sql`acknowledged_at - asked_at`, sql`released AND acknowledged_at IS NOT NULL AND ${within('opened_at')}`)}
          AS acknowledging,
        ${times(sql`resolved_at - asked_at`, sql`released AND resolved_at IS NOT NULL AND ${within('opened_at')}`)}
          AS resolving,
        ${times(sql`down`, sql`failure AND down IS NOT NULL`)}
          || jsonb_build_object('unrestored', ${count(sql`failure AND down IS NULL`)}) AS restoring,
        ${count(sql`released AND ${within('first_closed_at')} AND NOT failed_again AND proven`)} AS fixed,
        ${count(sql`released AND ${within('first_closed_at')} AND failed_again`)} AS not_fixed,
        ${count(sql`released AND ${within('first_closed_at')} AND NOT failed_again AND NOT proven`)} AS fix_undecided,
        ${promises('response', within('promised_at'))} AS response,
        ${promises('solution', within('promised_at'))} AS solution,
        jsonb_build_object('tickets', ${count(sql`ongoing`)},
          'p10', ${quantile(0.1, sql`age`, sql`ongoing`)}, 'p50', ${quantile(0.5, sql`age`, sql`ongoing`)},
          'p90', ${quantile(0.9, sql`age`, sql`ongoing`)}, 'oldest', max(age) FILTER (WHERE ongoing),
          'byAge', ${byAge()}) AS ages
      FROM measured GROUP BY GROUPING SETS ((key), ())
    )
    SELECT f.*, f.total = 1 AS whole, f.ages || jsonb_build_object('waitsFor', coalesce((
      SELECT jsonb_object_agg(w.waits_for, w.tickets) FROM waits AS w
      WHERE w.total = f.total AND w.key IS NOT DISTINCT FROM f.key
    ), '{}')) AS backlog
    FROM figures AS f
    WHERE f.total = 1 OR ${by !== undefined}
    ORDER BY f.total DESC, f.key COLLATE "C"
  `.execute(db);
  return rows.map(toFigures);
}

function count(condition: RawBuilder<unknown>) {
  return sql`(count(*) FILTER (WHERE ${condition}))::integer`;
}

function quantile(share: number, value: RawBuilder<unknown>, condition: RawBuilder<unknown>) {
  return sql`percentile_cont(${share}::double precision) WITHIN GROUP (ORDER BY ${value}) FILTER (WHERE ${condition})`;
}

interface TimesRow {
  readonly count: number;
  readonly mean: Duration | null;
  readonly p50: Duration | null;
  readonly p90: Duration | null;
}

function times(value: RawBuilder<unknown>, condition: RawBuilder<unknown>) {
  return sql`jsonb_build_object('count', ${count(condition)}, 'mean', avg(${value}) FILTER (WHERE ${condition}),
    'p50', ${quantile(0.5, value, condition)}, 'p90', ${quantile(0.9, value, condition)})`;
}

/** Of `response` or `solution`, for tickets promised in the period. */
export function promises(what: 'response' | 'solution', promised: RawBuilder<unknown>) {
  const kept = sql.ref(`${what}_kept`);
  const counted = (condition: RawBuilder<unknown>) => count(sql`released AND ${promised} AND ${condition}`);
  return sql`jsonb_build_object('kept', ${counted(sql`${kept}`)}, 'broken', ${counted(sql`NOT ${kept}`)},
    'undecided', ${counted(sql`${sql.ref(`${what}_undecided`)}`)})`;
}

function byAge() {
  const limits = [0, ...AGE_LIMITS_DAYS].map((days) => days * DAY);
  const counts = limits.map((after, at) => {
    const until = limits[at + 1];
    const old = at === 0 ? sql`true` : sql`age > ${after}`;
    return count(until === undefined ? sql`ongoing AND ${old}` : sql`ongoing AND ${old} AND age <= ${until}`);
  });
  return sql`jsonb_build_array(${sql.join(counts)})`;
}

function toFigures(row: Figures): Grouped<ServiceFigures> {
  const { key, whole, fixed, notFixed, fixUndecided, acknowledging, resolving, restoring, backlog, ...rest } = row;
  return {
    ...(!whole && { key }),
    opened: rest.opened,
    resolved: rest.resolved,
    closed: rest.closed,
    acknowledging: present<MeasuredTimes>(acknowledging),
    resolving: present<MeasuredTimes>(resolving),
    restoring: present<ServiceFigures['restoring']>(restoring),
    firstTimeFix: { fixed, notFixed, undecided: fixUndecided },
    response: rest.response,
    solution: rest.solution,
    backlog: present<ServiceFigures['backlog']>(backlog),
  };
}

function present<T extends object>(row: object): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}
