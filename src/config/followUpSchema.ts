import Type from 'typebox';
import { Secret, Span, Switch, Whole } from './fields.ts';
import { section } from './section.ts';

export const FollowUps = section('After a ticket of a customer was closed, the customer is asked for a rating.', {
  enabled: Switch('Whether customers are asked. Routes that tell of follow-up send them the link.', true),
  after: Span('How long after the closing.', '1d'),
  linkValid: Span('How long the link can be used, also to correct a rating.', '30d', 60_000),
  lowRating: Whole('A rating of so much or less opens a ticket; 0 never does.', 2, 0, 5),
  secret: Type.Optional(
    Secret(
      'Secret that links for customers, to rate and to the page of their asset, are signed with; another one makes those sent before useless. Without it one is made and kept in the database.',
    ),
  ),
});
