import Type from 'typebox';
import { Address } from './fields.ts';
import { section } from './section.ts';

export const Grafana = section('Grafana with the dashboards that come with Fettle.', {
  url: Type.Optional(
    Address(
      'Address under which people reach Grafana. Tickets then link to the dashboard of their asset.',
      ['http', 'https'],
      'https://grafana.example.com',
    ),
  ),
});
