import pg from 'pg';

export type RowsByTable = Readonly<Record<string, readonly Record<string, unknown>[]>>;

/** Every row of every table of the schema `fettle`. */
export async function rowsByTable(connection: pg.ClientConfig): Promise<RowsByTable> {
  return withClient(connection, async (client) => {
    const tables = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'fettle' ORDER BY 1",
    );
    const found: Record<string, Record<string, unknown>[]> = {};
    for (const { name } of tables.rows) {
      found[name] = (await client.query<Record<string, unknown>>(`SELECT * FROM fettle.${name}`)).rows;
    }
    return found;
  });
}

/** Columns, constraints, indexes, views, functions and sequences, without what differs from database to database. */
export async function fingerprint(connection: pg.ClientConfig): Promise<unknown> {
  const ours = "IN ('fettle', 'fettle_views')";
  const queries = [
    `SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default, collation_name
     FROM information_schema.columns WHERE table_schema ${ours} ORDER BY 1, 2, 3`,
    `SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace::regnamespace::text ${ours} ORDER BY 1, 2`,
    `SELECT indexdef FROM pg_indexes WHERE schemaname ${ours} ORDER BY 1`,
    `SELECT schemaname, viewname, definition FROM pg_views WHERE schemaname ${ours} ORDER BY 1, 2`,
    `SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace::regnamespace::text ${ours} ORDER BY 1`,
    `SELECT sequencename FROM pg_sequences WHERE schemaname ${ours} ORDER BY 1`,
  ];
  return withClient(connection, async (client) => {
    const answers: unknown[] = [];
    for (const query of queries) answers.push((await client.query(query)).rows);
    return answers;
  });
}

async function withClient<T>(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
