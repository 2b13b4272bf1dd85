import Type from 'typebox';
import { WINDOW_TAKES } from '../domain/model.ts';
import { GateParams } from './gate.ts';
import { DurationText } from './params.ts';

const WindowParams = Type.Object(
  {
    last: DurationText('How much event time it looks back on; its older end moves in steps of a thirtieth of it.'),
    take: Type.Enum([...WINDOW_TAKES], {
      description:
        'What is made of the values within: mean, max, min, rms (root mean square), slope (least squares, per hour), count, or a percentile.',
    }),
    minSamples: Type.Integer({
      minimum: 1,
      default: 1,
      description: 'Values that must be there; with fewer the indicator has no value.',
    }),
  },
  { additionalProperties: false, description: 'A window over event time. Without it: each value as it comes.' },
);

/** An indicator as written, apart from its id and name. */
export const indicatorFields = {
  unit: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Unit of its values. Default: that of `of`, except for slope and count.',
    }),
  ),
  of: Type.Optional(
    Type.String({ description: 'The metric or the earlier indicator that it is made of: this or expression.' }),
  ),
  expression: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "CEL expression over metrics and earlier indicators, such as (outlet_temperature - inlet_temperature) / load; '-' in an id is written '_'. All numbers are doubles; there are abs, sqrt, exp, ln, log10, round, pow, min and max; a division by zero gives no value.",
    }),
  ),
  while: Type.Optional(GateParams),
  window: Type.Optional(WindowParams),
};
