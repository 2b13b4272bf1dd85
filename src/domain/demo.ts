/** A Fettle of its own beside this one, with simulated machines and its own data. */
export type DemoState =
  | { readonly state: 'off' }
  | { readonly state: 'starting' }
  /** `url` signs in as its admin. */
  | { readonly state: 'running'; readonly url: string }
  | { readonly state: 'failed'; readonly detail: string };
