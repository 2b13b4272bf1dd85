/** What a desk knows a delivery by. Receivers know earlier deliveries by their id, so those keep it. */
export const sql = `
ALTER TABLE fettle.outbox ADD COLUMN key text COLLATE "C";
UPDATE fettle.outbox SET key = id;
ALTER TABLE fettle.outbox ALTER COLUMN key SET NOT NULL;
CREATE UNIQUE INDEX outbox_by_key ON fettle.outbox (key);
`;
