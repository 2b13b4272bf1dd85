import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries';
import { NEUTRAL } from './colours.ts';
import { POSTGRES } from './sources.ts';

/** What every panel has to say of itself. */
export interface PanelWords {
  readonly title: string;
  /** For the person who looks: what it shows, and what to do about it. */
  readonly description: string;
  /** Unit of Grafana; `none` for plain numbers and words. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  readonly queries: readonly Builder<Dataquery>[];
}

/** Lines over time. Gaps stay gaps. */
export function lines(words: PanelWords): TimeSeries {
  return common(new TimeSeries(), words)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .thresholds(NEUTRAL)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/** Bars over time, one on the other. */
export function bars(words: PanelWords): TimeSeries {
  return lines(words)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** Single figures, the newest of each query or column. */
export function figures(words: PanelWords): Stat {
  return common(new Stat(), words)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .thresholds(NEUTRAL)
    .reduceOptions(latest(false));
}

/** A bar for each row. */
export function gauges(words: PanelWords): BarGauge {
  return common(new BarGauge(), words)
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .showUnfilled(true)
    .min(0)
    .reduceOptions(latest(true));
}

/** Rows and columns; what columns are called and how they look is said by {@link column}. */
export function rows(words: PanelWords): Table {
  return common(new Table(), words).showHeader(true).cellHeight(TableCellHeight.Sm).thresholds(NEUTRAL);
}

/** How a column of a table looks: heading, and more properties. */
export function column(heading: string, ...more: DynamicConfigValue[]): DynamicConfigValue[] {
  return [{ id: 'displayName', value: heading }, ...more];
}

export const HIDDEN: DynamicConfigValue[] = [{ id: 'custom.hidden', value: true }];
export const FROM_NOW: DynamicConfigValue = { id: 'unit', value: 'dateTimeFromNow' };
/** A point in time as its day. */
export const DATE: DynamicConfigValue = { id: 'unit', value: 'time:YYYY-MM-DD' };
export const PERCENT: DynamicConfigValue = { id: 'unit', value: 'percentunit' };
export const COLOURED: DynamicConfigValue = { id: 'custom.cellOptions', value: { type: 'color-text' } };
export const FILLED: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: 'color-background', mode: 'basic' },
};

export function wide(pixels: number): DynamicConfigValue {
  return { id: 'custom.width', value: pixels };
}

export function fixedColour(colour: string): DynamicConfigValue {
  return { id: 'color', value: { mode: 'fixed', fixedColor: colour } };
}

interface CommonPanel<P> {
  title(title: string): P;
  description(description: string): P;
  unit(unit: string): P;
  span(width: number): P;
  height(height: number): P;
  datasource(source: { type: string; uid: string }): P;
  targets(targets: Builder<Dataquery>[]): P;
}

function common<P extends CommonPanel<P>>(panel: P, words: PanelWords): P {
  const { title, description, unit, width, height, queries } = words;
  const built = queries.map((query) => query.build() as { datasource?: { type: string; uid: string } });
  return panel
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(built[0]?.datasource ?? POSTGRES)
    .targets([...queries]);
}

function latest(allRows: boolean): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(allRows);
}
