/** Since when Fettle has known each asset: what failed before was not for it to predict. */
export const sql = `
ALTER TABLE fettle.assets ADD COLUMN registered_at double precision;
UPDATE fettle.assets AS a SET registered_at = least(
  (SELECT min((e.event ->> 'recordedAt')::double precision) FROM fettle.asset_events AS e WHERE e.asset_id = a.id),
  (SELECT min(t.opened_at) FROM fettle.tickets AS t WHERE t.asset_id = a.id)
);
ALTER TABLE fettle.assets ALTER COLUMN registered_at
  SET DEFAULT extract(epoch FROM statement_timestamp())::double precision * 1000;
`;
