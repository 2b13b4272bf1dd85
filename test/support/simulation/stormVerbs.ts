/** Of an installation where nothing is held back, shut down or part of a campaign. */
export function stormVerbs() {
  const nothing = () => undefined;
  const none = () => [];
  return {
    storms: { back: nothing, outAgain: nothing, retracted: nothing, held: none, ongoing: none, shutdownsSince: none },
    campaigns: { affectedSince: none, list: () => ({ items: [] }) },
  };
}
