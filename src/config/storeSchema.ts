import { Span, Whole } from './fields.ts';
import { section } from './section.ts';

export const Store = section('The time-series store.', {
  retention: Span('Samples older than this are removed, month by month.', '400d', 86_400_000),
  retention5m: Span(
    'Five-minute aggregates older than this are removed; never sooner than samples.',
    '1100d',
    86_400_000,
  ),
  retention1h: Span(
    'Hourly aggregates older than this are removed; never sooner than finer ones.',
    '3660d',
    86_400_000,
  ),
  memoryLimitMb: Whole('Memory that the store may use, in MB.', 512, 64),
});
