// Run as a program of its own, so that a test can kill it: opens the embedded database in the folder given, inserts
// numbers one transaction each, and prints a number once its transaction is acknowledged.
import process from 'node:process';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/adapters/database/embedded/index.js';
import { createLog } from '../../dist/src/log.js';

const embedded = await startEmbeddedPostgres({ directory: process.argv[2], log: createLog('silent') });
const client = new pg.Client(embedded.connection);
await client.connect();
await client.query('CREATE TABLE IF NOT EXISTS written (number bigint PRIMARY KEY, filler text)');
const { rows } = await client.query('SELECT coalesce(max(number), 0) AS last FROM written');
for (let number = Number(rows[0].last) + 1; ; number += 1) {
  await client.query('BEGIN');
  await client.query('INSERT INTO written VALUES ($1, $2)', [number, 'x'.repeat(2000)]);
  await client.query('COMMIT');
  process.stdout.write(`${number}\n`);
}
