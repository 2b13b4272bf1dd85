import { type Static, Type } from 'typebox';
import { COMMISSIONING_CODES, type CommissioningReport, reasonText } from '../../domain/commissioning.ts';
import type { AssetModel } from '../../domain/model.ts';
import { SECOND } from '../../domain/time.ts';
import { formatIfAny, formatTime } from '../times.ts';
import { defined, LocalTextSchema, oneOf, presentText, Time } from './common.ts';

export const CommissioningSchema = Type.Object(
  {
    assetId: Type.String(),
    ready: Type.Boolean({ description: 'No reason blocks' }),
    reasons: Type.Array(
      Type.Object({
        code: oneOf(COMMISSIONING_CODES),
        blocks: Type.Boolean({ description: 'It is not ready while this holds' }),
        metricId: Type.Optional(Type.String()),
        text: LocalTextSchema,
      }),
      { description: 'Those that block first' },
    ),
    from: Time,
    to: Time,
    samples: Type.Integer({ description: 'Looked at, from `from` to `to`' }),
    lastReceivedAt: Type.Optional(Time),
    clockErrorSeconds: Type.Optional(
      Type.Number({ description: 'How far its clock is ahead, negative when behind; absent while that is not known' }),
    ),
    qos: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 2, description: 'Of its last message to the node that answers' }),
    ),
    interval: Type.Optional(
      Type.Object(
        {
          medianSeconds: Type.Number(),
          regular: Type.Number({ description: 'Share of intervals within a fifth of the median' }),
        },
        { description: 'Between one instant of its data and the next' },
      ),
    ),
    metrics: Type.Array(
      Type.Object({
        metricId: Type.String(),
        samples: Type.Integer(),
        last: Type.Optional(Type.Number()),
        min: Type.Optional(Type.Number()),
        max: Type.Optional(Type.Number()),
      }),
    ),
  },
  { $id: 'Commissioning', description: 'Whether an asset is ready to be watched, and what is in the way' },
);

export function presentCommissioning(
  { clockError, interval, from, to, lastReceivedAt, reasons, metrics, ...rest }: CommissioningReport,
  model: AssetModel | undefined,
): Static<typeof CommissioningSchema> {
  const nameOf = (metricId: string) => model?.metrics.find(({ id }) => id === metricId)?.name;
  return {
    ...rest,
    from: formatTime(from),
    to: formatTime(to),
    ...defined({ lastReceivedAt: formatIfAny(lastReceivedAt) }),
    ...(clockError !== undefined && { clockErrorSeconds: clockError / SECOND }),
    ...(interval && { interval: { medianSeconds: interval.median / SECOND, regular: interval.regular } }),
    reasons: reasons.map((reason) => ({
      code: reason.code,
      blocks: reason.blocks,
      ...('metricId' in reason && { metricId: reason.metricId }),
      text: presentText(reasonText(reason, nameOf)),
    })),
    metrics: metrics.map((metric) => ({ ...metric })),
  };
}
