import { describe, expect, it } from 'vitest';
import { type ServerOptions, serverConnection } from '../../../../../src/adapters/database/postgres/connection.ts';

const connectionOf = (url: string, more: Partial<ServerOptions> = {}) =>
  serverConnection({ url, applicationName: 'fettle n1', connectTimeout: 5000, statementTimeout: 30_000, ...more });

describe('serverConnection', () => {
  it('takes an address apart', () => {
    expect(connectionOf('postgres://me:p%40ss%2F@db.example.com:6432/fleet')).toEqual({
      host: 'db.example.com',
      port: 6432,
      user: 'me',
      password: 'p@ss/',
      database: 'fleet',
      ssl: false,
      application_name: 'fettle n1',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      statement_timeout: 30_000,
      query_timeout: 35_000,
      idle_in_transaction_session_timeout: 60_000,
    });
  });

  it('knows the usual port, an IPv6 host, a socket folder in the query and a lone %', () => {
    expect(connectionOf('postgres://db')).toMatchObject({ host: 'db', port: 5432 });
    expect(connectionOf('postgres://db')).not.toHaveProperty('password');
    expect(connectionOf('postgres://[::1]:5433/x')).toMatchObject({ host: '::1', port: 5433 });
    expect(connectionOf('postgres:///x?host=/run/postgresql&user=u')).toMatchObject({
      host: '/run/postgresql',
      user: 'u',
      database: 'x',
    });
    expect(connectionOf('postgres://u:100%@db/x')).toMatchObject({ password: '100%' });
  });

  it('puts options in the place of what the address says', () => {
    const url = 'postgres://me:old@db/x?application_name=other&sslmode=disable';
    expect(connectionOf(url, { username: 'service', password: 'new', sslMode: 'require' })).toMatchObject({
      user: 'service',
      password: 'new',
      application_name: 'other',
      ssl: { rejectUnauthorized: false },
    });
  });

  it('protects the connection as libpq does', () => {
    const ssl = (url: string, more: Partial<ServerOptions> = {}) => connectionOf(url, more).ssl;
    expect(ssl('postgres://db/x')).toBe(false);
    expect(ssl('postgres://db/x', { ca: 'PEM' })).toEqual({ ca: 'PEM' });
    expect(ssl('postgres://db/x?sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(ssl('postgres://db/x?sslmode=verify-full', { cert: 'C', key: 'K' })).toEqual({ cert: 'C', key: 'K' });
    expect(ssl('postgres://db/x?sslmode=verify-ca', { ca: 'PEM' })).toEqual({
      ca: 'PEM',
      checkServerIdentity: expect.any(Function),
    });
  });
});
