/** Keys with which devices send telemetry of one source, and nothing else. */
export const sql = `
ALTER TABLE fettle.api_keys ADD COLUMN source_id text COLLATE "C";
COMMENT ON COLUMN fettle.api_keys.source_id IS 'Of a key with the role device: the source whose telemetry it may send';
`;
