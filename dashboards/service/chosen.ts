/** What the variables at the top choose of views that know the site and model of an asset. */
export const CHOSEN_ASSETS = 'site IN (${site:sqlstring}) AND model IN (${model:sqlstring})';
/** The same of those that know the team too. */
export const CHOSEN = `${CHOSEN_ASSETS} AND coalesce(team, '') IN (\${team:sqlstring})`;
