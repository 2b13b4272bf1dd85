/** Where a serialised part has been. */
export const sql = `
CREATE INDEX asset_events_by_serial ON fettle.asset_events ((event ->> 'serial'), at, id) WHERE event ->> 'serial' IS NOT NULL;
`;
