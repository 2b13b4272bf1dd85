/** Of an installation where nothing is held back, shut down or part of a campaign, and nobody speaks of connections. */
export function stormVerbs() {
  const nothing = () => undefined;
  const none = () => [];
  return {
    storms: { back: nothing, outAgain: nothing, retracted: nothing, held: none, ongoing: none, shutdownsSince: none },
    connectivity: { changedSince: () => ({ now: 0, rows: none() }) },
    campaigns: { affectedSince: none, list: () => ({ items: [] }) },
  };
}
