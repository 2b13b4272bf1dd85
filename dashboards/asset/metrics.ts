import { LineStyleBuilder, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline';
import { COLOUR, steps } from '../shared/colours.ts';
import { fixedColour, lines } from '../shared/panels.ts';
import { influxql, MIXED, series, table } from '../shared/sources.ts';
import { THIS_ASSET } from './variables.ts';

const OF_ASSET = `model = (SELECT model FROM fettle_views.assets WHERE ${THIS_ASSET})`;
/** Samples further apart than this are not joined, in ms: up to it a device may be slower than the step. */
const GAP = 15 * 60_000;

/** One chart for each number that it measures, one band for each state and event. */
export function metricPanels() {
  return [metric(), state(), event()];
}

/** `of` and `raw`: the field of the aggregates, and that of raw samples, of which a policy has one or the other. */
function measured(of: string, raw: string, variable: string, how: string): string {
  return `SELECT ${how}(/^(${of}|${raw})$/) FROM "$rp"."samples" WHERE "asset" =~ /^\${asset:regex}$/ AND "metric" =~ /^\${${variable}:regex}$/ AND $timeFilter GROUP BY time($__interval) fill(null)`;
}

function metric() {
  const dashed = { id: 'custom.lineStyle', value: new LineStyleBuilder().fill('dash').dash([8, 6]).build() };
  const limit = (colour: string): DynamicConfigValue[] => [
    fixedColour(colour),
    dashed,
    { id: 'custom.lineWidth', value: 2 },
    { id: 'custom.showPoints', value: VisibilityMode.Never },
    { id: 'custom.spanNulls', value: true },
  ];
  return lines({
    title: '${metric:text}',
    description:
      'What the asset measured: the mean as a line in the band between its lowest and highest value. Dashed lines are the limits of its rules. Where nothing was measured nothing is drawn. Up to 2 days of single samples, beyond that five-minute and hourly aggregates.',
    // Replaced by the unit of the metric, from query U.
    unit: 'short',
    width: 24,
    height: 8,
    queries: [
      influxql('A', 'Lowest', measured('min', 'value', 'metric', 'min')),
      influxql('B', 'Highest', measured('max', 'value', 'metric', 'max')),
      influxql('C', 'Mean', measured('mean', 'value', 'metric', 'mean')),
      series(
        'L',
        `SELECT t.at AS "time", initcap(l.severity) || CASE l.direction WHEN 'above' THEN ' above ' ELSE ' below ' END || l.limit AS metric, l.limit AS value
FROM fettle_views.thresholds AS l, (VALUES ($__timeFrom()::timestamptz), ($__timeTo()::timestamptz)) AS t (at)
WHERE ${OF_ASSET} AND metric = \${metric:sqlstring} ORDER BY 1, 2`,
      ),
      table(
        'U',
        `SELECT 'suffix:' || unit AS unit FROM fettle_views.metrics WHERE ${OF_ASSET} AND metric = \${metric:sqlstring}`,
      ),
    ],
  })
    .datasource(MIXED)
    .interval('$step')
    .repeat('metric')
    .repeatDirection('h')
    .maxPerRow(2)
    .spanNulls(GAP)
    .withTransformation(configFrom('U', [{ fieldName: 'unit', handlerKey: 'unit' }]))
    .overrideByName('Lowest', [fixedColour(COLOUR.band), { id: 'custom.lineWidth', value: 0 }])
    .overrideByName('Highest', [
      fixedColour(COLOUR.band),
      { id: 'custom.lineWidth', value: 0 },
      { id: 'custom.fillBelowTo', value: 'Lowest' },
      { id: 'custom.fillOpacity', value: 25 },
    ])
    .overrideByName('Mean', [fixedColour(COLOUR.plain)])
    .overrideByRegexp('/^Info/', limit(COLOUR.watch))
    .overrideByRegexp('/^Warning/', limit(COLOUR.warning))
    .overrideByRegexp('/^Critical/', limit(COLOUR.critical));
}

function state() {
  return codes('state', 'The state that the asset reported; it holds until the next one.').spanNulls(true);
}

function event() {
  return codes('event', 'Events and fault codes at the moments at which the asset reported them.').spanNulls(false);
}

/** Codes in the words of the model; a colour for each code, without a judgement. */
function codes(variable: 'state' | 'event', description: string): StateTimeline {
  const colours = ['#8ab8ff', '#5794f2', '#b877d9', '#ca95e5', '#ffcb7d', '#96d98d'];
  return new StateTimeline()
    .title(`\${${variable}:text}`)
    .description(description)
    .datasource(MIXED)
    .unit('none')
    .span(24)
    .height(4)
    .repeat(variable)
    .repeatDirection('h')
    .maxPerRow(2)
    .interval('$step')
    .thresholds(steps(COLOUR.unknown, ...colours.map((colour, at) => [at + 1, colour] as const)))
    .targets([
      influxql('A', 'Code', measured('last', 'value', variable, 'last')),
      table(
        'U',
        `SELECT code.value::float8 AS code, replace(code.key, '-', ' ') AS words
FROM fettle_views.metrics, jsonb_each_text(codes) AS code WHERE ${OF_ASSET} AND metric = \${${variable}:sqlstring} ORDER BY 1`,
      ),
    ])
    .withTransformation(
      configFrom('U', [
        { fieldName: 'code', handlerKey: 'mappings.value', reducerId: 'allValues' },
        { fieldName: 'words', handlerKey: 'mappings.text', reducerId: 'allValues' },
      ]),
    )
    .mergeValues(true)
    .showValue(VisibilityMode.Auto);
}

interface ConfigMapping {
  readonly fieldName: string;
  readonly handlerKey: string;
  readonly reducerId?: string;
}

/** Takes how the other series look from the rows of one query, as Grafana's "Config from query results". */
function configFrom(refId: string, mappings: readonly ConfigMapping[]): DataTransformerConfig {
  return { id: 'configFromData', options: { configRefId: refId, mappings } };
}
