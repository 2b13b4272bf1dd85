export const sql = `
CREATE TABLE fettle.desk_links (
  ticket_id text COLLATE "C" PRIMARY KEY REFERENCES fettle.tickets (id),
  read_at double precision NOT NULL,
  changed_at double precision,
  state text,
  comments jsonb NOT NULL
);
CREATE INDEX tickets_by_external_id ON fettle.tickets (external_id) WHERE external_id IS NOT NULL;
`;
