/** Who is signed in to the console. */
export const sql = `
CREATE TABLE fettle.sessions (
  hash text COLLATE "C" PRIMARY KEY,
  csrf_token text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  way text NOT NULL,
  key_hash text COLLATE "C",
  created_at double precision NOT NULL,
  seen_at double precision NOT NULL,
  expires_at double precision NOT NULL
);
`;
