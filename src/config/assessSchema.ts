import { OneOf, Span } from './fields.ts';
import { section } from './section.ts';

export const Assess = section('How rules are run.', {
  mode: OneOf(
    'Who runs them: this process as samples come in (inline), or any node from notes in the database (sharded), which is for several nodes on one configuration.',
    ['inline', 'sharded'] as const,
    'inline',
  ),
  grace: Span(
    'With sharded: how long samples rest after their receipt, so that those of one asset that went to other nodes are there too.',
    '2s',
  ),
  horizon: Span(
    'Late samples and back-dated events up to this age are assessed again; older ones are only stored.',
    '7d',
  ),
  checkpointEvery: Span('How often changed states are saved.', '5s', 100),
  tickEvery: Span('How often rules are run that act without data, such as silence.', '5s', 100),
});
