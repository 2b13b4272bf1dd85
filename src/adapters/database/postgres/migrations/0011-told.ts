export const sql = `
ALTER TABLE fettle.tickets ADD COLUMN told jsonb;
UPDATE fettle.tickets SET told = jsonb_build_object('at', updated_at)
  || CASE WHEN do_by IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('doBy', do_by) END
  || CASE WHEN forecast IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('p50', forecast -> 'p50') END
WHERE status NOT IN ('proposed', 'closed', 'cancelled');
`;
