/** How a process of Fettle ends, for supervisors. Further up: 128 and the number of the signal that ended it. */
export const EXIT_CODES = {
  /** Could not start, or a command could not do what was asked; a server that is away may be back at the next try. */
  failed: 1,
  /** Configuration, models or assets are not valid: only a person can change that. */
  configuration: 2,
  /** Another process was started under the name of this node: starting it again would only push that one out. */
  replaced: 3,
  /** The database was restored while this process worked on it: started again, it works on what is there. */
  restored: 4,
} as const;

export const EXIT_CODES_OF_SERVE = `
Exit codes:
  0    stopped, as told by SIGINT or SIGTERM, or retired
  1    could not start: the last line of the log says why, a server that is away for instance
  2    the configuration is not valid
  3    another process works under the name of this node (cluster.node); do not start it again
  4    the database was restored meanwhile: start it again
  130  ended at once by a second signal, SIGINT (143: SIGTERM)`;
