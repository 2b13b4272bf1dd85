import { Client, type ClientConfig } from 'pg';

/** Empties the queue's tables, where they exist. */
export async function clearJobs(connection: ClientConfig): Promise<void> {
  const client = new Client(connection);
  await client.connect();
  const { rows } = await client.query("SELECT to_regclass('bullmq.job') IS NOT NULL AS exists");
  if (rows[0].exists) await client.query('TRUNCATE bullmq.job, bullmq.meta, bullmq.event CASCADE');
  await client.end();
}
