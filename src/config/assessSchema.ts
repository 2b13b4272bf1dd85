import { Span } from './fields.ts';
import { section } from './section.ts';

export const Assess = section('How rules are run.', {
  horizon: Span(
    'Late samples and back-dated events up to this age are assessed again; older ones are only stored.',
    '7d',
  ),
  checkpointEvery: Span('How often changed states are saved.', '5s', 100),
  tickEvery: Span('How often rules are run that act without data, such as silence.', '5s', 100),
});
