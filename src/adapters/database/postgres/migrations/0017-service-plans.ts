/** The work of a service that is due. */
export const sql = `
ALTER TABLE fettle.tickets ADD COLUMN service jsonb;
`;
