/** What a ticket was closed with before it was reopened. */
export const sql = `
ALTER TABLE fettle.tickets ADD COLUMN former_closings jsonb;
`;
