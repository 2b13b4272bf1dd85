import Type from 'typebox';
import { Address, FilePath, OneOf, Secret, Span, Switch, Text, Whole } from './fields.ts';
import { section } from './section.ts';

/** How a connection to PostgreSQL is protected, in libpq's words; its `allow` and `prefer` may end up without any. */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;

export const Database = section('The database of assets, findings and tickets.', {
  url: Type.Optional(
    Address(
      'PostgreSQL (13 or newer) to use. Without it an embedded database is kept in dataDir.',
      ['postgres', 'postgresql'],
      'postgres://fettle:secret@db:5432/fettle',
    ),
  ),
  username: Type.Optional(Text('Role to log in as, instead of the one in url.')),
  password: Type.Optional(Secret('Its password, instead of the one in url.')),
  sslMode: Type.Optional(
    OneOf(
      'TLS to the server: none, encrypted only, with the authority checked, or with the host name checked too. Without it: sslmode of url, else verify-full with caFile and disable without.',
      SSL_MODES,
    ),
  ),
  caFile: Type.Optional(FilePath('Certificates (PEM) to trust, for a server with a private authority.', 'file')),
  certFile: Type.Optional(FilePath('Client certificate (PEM); goes with keyFile.', 'file')),
  keyFile: Type.Optional(FilePath('Key of the client certificate (PEM); goes with certFile.', 'file')),
  maxConnections: Whole(
    'Most connections of this process to a server, beside 4 of the job queue when redis.url is not set.',
    10,
    2,
    1000,
  ),
  connectTimeout: Span('Longest wait for a connection before the database counts as away.', '5s', 100),
  statementTimeout: Span('Longest time a statement may take on a server; migrations may take any.', '30s', 1000),
  migrate: Switch(
    'Whether a start brings the tables up to date. When false it only checks them, and fettle migrate does it.',
    true,
  ),
});

export const Redis = section('The job queue.', {
  url: Type.Optional(
    Address(
      'Redis (6.2 or newer) to keep jobs in. Without it they are kept in the database.',
      ['redis', 'rediss'],
      'redis://redis:6379',
    ),
  ),
  username: Type.Optional(Text('User to log in as, instead of the one in url.')),
  password: Type.Optional(Secret('Its password, instead of the one in url.')),
  caFile: Type.Optional(
    FilePath('Certificates (PEM) to trust, for a server with a private authority; needs rediss://.', 'file'),
  ),
  certFile: Type.Optional(FilePath('Client certificate (PEM); goes with keyFile; needs rediss://.', 'file')),
  keyFile: Type.Optional(FilePath('Key of the client certificate (PEM); goes with certFile.', 'file')),
  prefix: Text('What all keys begin with. Installations that share a Redis need one each.', { default: 'fettle' }),
  options: Type.Record(Type.String(), Type.Unknown(), {
    default: {},
    description: 'Further options of ioredis, such as connectTimeout, db, sentinels and name.',
  }),
});
