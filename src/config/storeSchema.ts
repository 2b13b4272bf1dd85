import { Span, Whole } from './fields.ts';
import { section } from './section.ts';

export const Store = section('The time-series store.', {
  retention: Span('Samples older than this are removed, month by month.', '400d', 86_400_000),
  memoryLimitMb: Whole('Memory that the store may use, in MB.', 512, 64),
});
