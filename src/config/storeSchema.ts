import Type from 'typebox';
import { Address, OneOf, Secret, Span, Switch, Text, Whole } from './fields.ts';
import { section } from './section.ts';

export const Store = section('The time-series store.', {
  url: Type.Optional(
    Address(
      'InfluxDB to use. Without it samples are kept in files in dataDir.',
      ['http', 'https'],
      'http://influxdb:8086',
    ),
  ),
  version: OneOf('Major version of InfluxDB; 3 is experimental.', [1, 2, 3], 2),
  database: Text('Database in InfluxDB; in versions 2 and 3 the part before the slash of its buckets or databases.', {
    default: 'fettle',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
    form: 'letters, digits, dashes and underscores, the first a letter or digit',
  }),
  org: Type.Optional(Text('Organisation in InfluxDB, by name; needed with version 2.')),
  token: Type.Optional(Secret('API token at InfluxDB; needed with versions 2 and 3.')),
  username: Type.Optional(Text('User name at InfluxDB 1, where it asks for one.')),
  password: Type.Optional(Secret('Password at InfluxDB 1; goes with username.')),
  create: Switch('Whether Fettle may create what it needs in InfluxDB, and adjust how long it keeps data.', true),
  timeout: Span('Longest wait for InfluxDB to answer.', '30s', 100),
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
  memoryLimitMb: Whole('Memory that the store in dataDir may use, in MB.', 512, 64),
});
