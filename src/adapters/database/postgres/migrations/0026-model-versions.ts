/** Asset models as they were changed at run time. */
export const sql = `
CREATE TABLE fettle.model_versions (
  model_id text NOT NULL,
  version integer NOT NULL,
  origin text NOT NULL,
  restores integer,
  yaml text NOT NULL,
  note text,
  by text NOT NULL,
  at double precision NOT NULL,
  file_hash text,
  PRIMARY KEY (model_id, version)
);
`;
