import { LineInterpolation, VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as Trend } from '@grafana/grafana-foundation-sdk/trend';
import { COLOUR } from './colours.ts';
import { fixedColour } from './panels.ts';
import { POSTGRES } from './sources.ts';

/** What is expected over the days to come, in a band from its upper edge, a column of the query, down to its lower. */
export function ahead(upper: string, lower: string): Trend {
  return new Trend()
    .datasource(POSTGRES)
    .min(0)
    .noValue('No forecast yet')
    .xField('days')
    .lineInterpolation(LineInterpolation.Linear)
    .showPoints(VisibilityMode.Never)
    .overrideByName('days', [
      { id: 'unit', value: 'suffix:days' },
      { id: 'decimals', value: 0 },
    ])
    .overrideByName('Expected', [fixedColour(COLOUR.plain), { id: 'custom.lineWidth', value: 2 }])
    .overrideByName(upper, [
      fixedColour(COLOUR.band),
      { id: 'custom.fillBelowTo', value: lower },
      { id: 'custom.fillOpacity', value: 20 },
    ])
    .overrideByName(lower, [fixedColour(COLOUR.band)]);
}
