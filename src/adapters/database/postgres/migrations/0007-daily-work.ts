export const sql = `
CREATE TABLE fettle.daily_work (
  work text PRIMARY KEY,
  done_day double precision,
  holder text,
  held_until timestamptz
);
`;
