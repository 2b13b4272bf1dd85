import { type Static, type TObject, Type } from 'typebox';
import type { DutyBand, Evidence, EvidenceKind, EvidenceOf } from '../../domain/finding.ts';
import { SECOND } from '../../domain/time.ts';
import { tidy } from '../numbers.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { oneOf, Time } from './common.ts';

/** How one kind of evidence is shown. */
interface Shown<E, S extends TObject> {
  readonly schema: S;
  present(evidence: E): Static<S>;
}

function shown<K extends EvidenceKind, S extends TObject>(
  _: K,
  schema: S,
  present: (evidence: EvidenceOf<K>) => Static<S>,
): Shown<EvidenceOf<K>, S> {
  return { schema, present };
}

const threshold = shown(
  'threshold',
  Type.Object({
    kind: Type.Literal('threshold'),
    metricId: Type.String({ description: 'Of the metric or the indicator' }),
    unit: Type.Optional(Type.String()),
    direction: oneOf(['above', 'below']),
    limit: Type.Number(),
    value: Type.Number(),
    extreme: Type.Number({ description: 'The worst value within the window' }),
    samples: Type.Integer(),
  }),
  (evidence) => ({ ...evidence, value: tidy(evidence.value), extreme: tidy(evidence.extreme) }),
);

const anomaly = shown(
  'anomaly',
  Type.Object({
    kind: Type.Literal('anomaly'),
    metricId: Type.String({ description: 'The one watched; of several the one that adds most' }),
    statistic: oneOf(['deviation', 'cusum', 't2', 'spe']),
    score: Type.Number({
      description: 'In deviations of the baseline; for t2 and spe in multiples of the control limit',
    }),
    worst: Type.Number({ description: 'The worst score within the window' }),
    limit: Type.Number(),
    metrics: Type.Array(
      Type.Object({
        metricId: Type.String({ description: 'Of the metric or the indicator' }),
        unit: Type.Optional(Type.String()),
        value: Type.Number(),
        expected: Type.Number(),
        share: Type.Number({ description: 'Part of the score that it makes up, 0 to 1' }),
      }),
      { description: 'What adds most to the score, the largest first' },
    ),
    duty: Type.Optional(
      Type.Object(
        {
          metricId: Type.String({ description: 'Of the metric or the indicator that tells the duty' }),
          unit: Type.Optional(Type.String()),
          from: Type.Optional(Type.Number({ description: 'Absent in the lowest band' })),
          to: Type.Optional(Type.Number({ description: 'Absent in the highest band' })),
        },
        { description: 'The band of duty that the baseline is for, where there are several' },
      ),
    ),
    peers: Type.Optional(
      Type.Object(
        { count: Type.Integer(), spread: Type.Number({ description: 'In the unit of the metric' }) },
        { description: 'The other assets of the model that it is held against' },
      ),
    ),
    learned: Type.Optional(
      Type.Object(
        { from: Time, to: Time },
        { description: 'When the baseline was learned; absent where it was given, or other assets are' },
      ),
    ),
  }),
  ({ learned, metrics, duty, peers, ...evidence }) => ({
    ...evidence,
    score: tidy(evidence.score),
    worst: tidy(evidence.worst),
    metrics: metrics.map((metric) => ({
      ...metric,
      value: tidy(metric.value),
      expected: tidy(metric.expected),
      share: tidy(metric.share),
    })),
    ...(duty && { duty: presentDuty(duty) }),
    ...(peers && { peers: { count: peers.count, spread: tidy(peers.spread) } }),
    ...(learned && { learned: { from: formatTime(learned[0]), to: formatTime(learned[1]) } }),
  }),
);

function presentDuty({ from, to, ...duty }: DutyBand) {
  return { ...duty, ...(from !== null && { from }), ...(to !== null && { to }) };
}

const event = shown(
  'event',
  Type.Object({
    kind: Type.Literal('event'),
    metricId: Type.String(),
    codes: Type.Array(Type.String(), { description: 'Symbols of the codes seen within the window' }),
    count: Type.Integer({ description: 'How many within the window' }),
    limit: Type.Integer(),
    withinSeconds: Type.Number({ description: 'Length of the window' }),
    last: Time,
  }),
  ({ within, last, codes, ...evidence }) => ({
    ...evidence,
    codes: [...codes],
    withinSeconds: within / SECOND,
    last: formatTime(last),
  }),
);

const composite = shown(
  'composite',
  Type.Object({
    kind: Type.Literal('composite'),
    need: Type.Integer({ description: 'How many of the rules must be met' }),
    of: Type.Integer({ description: 'How many rules it reads' }),
    withinSeconds: Type.Number({ description: 'Length of the window; 0 where they must be met at the same time' }),
    met: Type.Array(
      Type.Object({
        ruleId: Type.String(),
        from: Time,
        until: Type.Optional({ ...Time, description: 'Absent while it is met' }),
      }),
    ),
  }),
  ({ within, met, ...evidence }) => ({
    ...evidence,
    withinSeconds: within / SECOND,
    met: met.map(({ ruleId, from, until }) => ({
      ruleId,
      from: formatTime(from),
      ...(until !== null && { until: formatTime(until) }),
    })),
  }),
);

const usage = shown(
  'usage',
  Type.Object({
    kind: Type.Literal('usage'),
    of: Type.Optional(
      oneOf(['service'], { description: 'What goes by is the interval of a service plan; absent: a life' }),
    ),
    metricId: Type.String(),
    unit: Type.String(),
    used: Type.Number(),
    life: Type.Number(),
    wear: Type.Number({ description: 'Share of life used; 1 is end of life' }),
    ratePerDay: Type.Optional(Type.Number({ description: 'Units per operating calendar day' })),
    calendarWear: Type.Optional(Type.Number({ description: 'Share of calendar life used' })),
    risk: Type.Optional(
      Type.Object(
        {
          probability: Type.Number({ description: 'That life ends within the horizon' }),
          horizonSeconds: Type.Number({ description: 'Lead time of the part and planning margin' }),
        },
        { description: 'Where it is raised by risk' },
      ),
    ),
    learnedFrom: Type.Optional(
      Type.Object(
        {
          failures: Type.Integer(),
          parts: Type.Integer({ description: 'That failed, were replaced before, or are in use' }),
          batch: Type.Optional(Type.String({ description: 'Absent: all of the model' })),
        },
        { description: 'Where the fleet has taught how long such parts last' },
      ),
    ),
  }),
  ({ ratePerDay, calendarWear, risk, ...evidence }) => ({
    ...evidence,
    used: tidy(evidence.used),
    wear: tidy(evidence.wear),
    ...(ratePerDay !== undefined && { ratePerDay: tidy(ratePerDay) }),
    ...(calendarWear !== undefined && { calendarWear: tidy(calendarWear) }),
    ...(risk && { risk: { probability: tidy(risk.probability), horizonSeconds: risk.horizon / SECOND } }),
  }),
);

const calendar = shown(
  'calendar',
  Type.Object({
    kind: Type.Literal('calendar'),
    of: oneOf(['life', 'inspection', 'service'], { description: 'What falls due by the calendar' }),
    installedAt: Time,
    due: Time,
  }),
  (evidence) => ({ ...evidence, installedAt: formatTime(evidence.installedAt), due: formatTime(evidence.due) }),
);

const silence = shown(
  'silence',
  Type.Object({
    kind: Type.Literal('silence'),
    lastHeard: Time,
    silentForSeconds: Type.Number(),
    offlineSince: Type.Optional(Time),
  }),
  ({ kind, lastHeard, silentFor, offlineSince }) => ({
    kind,
    lastHeard: formatTime(lastHeard),
    silentForSeconds: silentFor / SECOND,
    offlineSince: formatIfAny(offlineSince),
  }),
);

const trend = shown(
  'trend',
  Type.Object({
    kind: Type.Literal('trend'),
    metricId: Type.String({ description: 'Of the metric or the indicator' }),
    unit: Type.Optional(Type.String()),
    direction: oneOf(['above', 'below']),
    limit: Type.Number(),
    model: oneOf(['linear', 'exponential', 'gamma', 'path', 'landmarks', 'life'], {
      description: 'What the forecast rests on; life: on the usual life of such components alone',
    }),
    level: Type.Optional(Type.Number({ description: 'Where the indicator stands, without its noise' })),
    driftPerDay: Type.Optional(Type.Number({ description: 'How it moves' })),
    over: Type.Optional(Type.String({ description: 'The counter of use that wear follows' })),
    probability: Type.Number({ description: 'That the limit is passed within the horizon' }),
    horizonSeconds: Type.Number({ description: 'Lead time of the part and planning margin' }),
  }),
  ({ level, driftPerDay, probability, horizon, ...evidence }) => ({
    ...evidence,
    ...(level !== undefined && { level: tidy(level) }),
    ...(driftPerDay !== undefined && { driftPerDay: tidy(driftPerDay) }),
    probability: tidy(probability),
    horizonSeconds: horizon / SECOND,
  }),
);

const similarity = shown(
  'similarity',
  Type.Object({
    kind: Type.Literal('similarity'),
    probability: Type.Number({ description: 'That the end comes within the horizon' }),
    horizonSeconds: Type.Number({ description: 'Lead time of the part and planning margin' }),
    histories: Type.Integer({ description: 'In the library' }),
    similar: Type.Array(
      Type.Object({
        unit: Type.String(),
        share: Type.Number({ description: 'Share in the forecast' }),
        remainingSeconds: Type.Number({ description: 'What it had left when it looked like this' }),
      }),
      { description: 'The histories that weigh most in the forecast, most first' },
    ),
    shifts: Type.Array(
      Type.Object({
        metricId: Type.String(),
        shift: Type.Number({ description: 'Since new, in standard deviations at the same duty' }),
      }),
      { description: 'The metrics that moved most, most first' },
    ),
  }),
  ({ kind, probability, horizon, histories, similar, shifts }) => ({
    kind,
    probability: tidy(probability),
    horizonSeconds: horizon / SECOND,
    histories,
    similar: similar.map(({ unit, share, remaining }) => ({
      unit,
      share: tidy(share),
      remainingSeconds: Math.round(remaining / SECOND),
    })),
    shifts: shifts.map(({ metricId, shift }) => ({ metricId, shift: tidy(shift) })),
  }),
);

const installationUnknown = shown(
  'installation-unknown',
  Type.Object({ kind: Type.Literal('installation-unknown'), componentIds: Type.Array(Type.String()) }),
  ({ kind, componentIds }) => ({ kind, componentIds: [...componentIds] }),
);

const SHOWN = {
  threshold,
  anomaly,
  event,
  composite,
  usage,
  calendar,
  silence,
  similarity,
  trend,
  'installation-unknown': installationUnknown,
};

export const EvidenceSchema = Type.Union(
  [
    threshold.schema,
    anomaly.schema,
    event.schema,
    composite.schema,
    usage.schema,
    calendar.schema,
    silence.schema,
    similarity.schema,
    trend.schema,
    installationUnknown.schema,
  ],
  {
    $id: 'Evidence',
    description: 'What a finding rests on, by kind of rule; numbers in the unit of the metric',
  },
);

export function presentEvidence(evidence: Evidence): Static<typeof EvidenceSchema> {
  const { present } = SHOWN[evidence.kind] as unknown as Shown<Evidence, TObject>;
  return present(evidence) as Static<typeof EvidenceSchema>;
}
