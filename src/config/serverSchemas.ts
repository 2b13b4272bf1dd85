import Type from 'typebox';
import { Address } from './fields.ts';
import { section } from './section.ts';

export const Database = section('The database of assets, findings and tickets.', {
  url: Type.Optional(
    Address(
      'PostgreSQL to use. Without it an embedded database is kept in dataDir.',
      ['postgres', 'postgresql'],
      'postgres://fettle:secret@db:5432/fettle',
    ),
  ),
});

export const Redis = section('The job queue.', {
  url: Type.Optional(
    Address(
      'Redis to keep jobs in. Without it they are kept in the database.',
      ['redis', 'rediss'],
      'redis://redis:6379',
    ),
  ),
});
