/** What a payload is worked out by, and what the expression can ask for beside it. */
export interface Evaluation {
  /** JSONata. */
  readonly expression: string;
  /** The parsed payload. */
  readonly input: unknown;
  /** Variables by name, without the $. */
  readonly bindings: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/** The result as JSON text; undefined for none. */
export type Evaluated = { readonly json: string | undefined } | { readonly failure: string };

/**
 * Works out expressions away from the thread that takes messages. Every evaluation ends, in the order in which they were
 * asked for, with a result or with why there is none: it failed, took too long, or asked for too much memory.
 */
export interface Expressions {
  /** Rejects only once it is closed. */
  evaluate(evaluation: Evaluation): Promise<Evaluated>;
  close(): Promise<void>;
}
