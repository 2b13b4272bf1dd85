import { Span, Whole } from './fields.ts';
import { section } from './section.ts';

export const Spill = section(
  'The spill: where samples go, on the local disk, while the time-series store fails or is slow.',
  {
    maxMb: Whole(
      'Most disk space for it, in MB. When it is full Fettle takes nothing more in, and the broker queues.',
      2048,
      1,
    ),
    after: Span('A write to the store that takes longer goes to the spill, and those after it.', '5s', 100),
  },
);
