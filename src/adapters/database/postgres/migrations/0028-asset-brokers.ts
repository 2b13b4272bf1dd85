/** Which of several brokers an asset was last heard through, so that one that is cut off is told from a site without power. */
export const sql = `
CREATE TABLE fettle.asset_brokers (
  asset_id text COLLATE "C" PRIMARY KEY,
  broker_id text COLLATE "C" NOT NULL
);
`;
