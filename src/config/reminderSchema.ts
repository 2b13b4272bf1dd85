import Type from 'typebox';
import { Span, Switch, Text } from './fields.ts';
import { section } from './section.ts';

export const Reminders = section('Tickets that remind of the end of contracts and warranties.', {
  enabled: Switch('Whether there are any.', true),
  contractBefore: Span('How long before a service contract or a subscription ends.', '60d'),
  warrantyBefore: Span('How long before a warranty ends.', '30d'),
  team: Type.Optional(Text('Team whose tickets they are.')),
});
