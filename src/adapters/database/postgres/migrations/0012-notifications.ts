/** What people are told of tickets, route by route. */
export const sql = `
CREATE TABLE fettle.notifications (
  id text COLLATE "C" PRIMARY KEY,
  route_id text COLLATE "C" NOT NULL,
  ticket_id text COLLATE "C" NOT NULL REFERENCES fettle.tickets (id),
  entry_id text COLLATE "C" NOT NULL,
  event text NOT NULL,
  text text NOT NULL,
  by text NOT NULL,
  created_at double precision NOT NULL,
  due_at double precision NOT NULL,
  held boolean NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  sent_at double precision,
  claimed_until double precision,
  UNIQUE (route_id, entry_id)
);
CREATE INDEX notifications_pending ON fettle.notifications (due_at, id) WHERE status = 'pending';
CREATE INDEX notifications_by_ticket ON fettle.notifications (ticket_id, created_at, id);
`;
