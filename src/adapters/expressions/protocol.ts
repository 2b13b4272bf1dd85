import type { Evaluated, Evaluation } from '../../ports/expressions.ts';

/** What the worker is asked, one after another. */
export type Question = Evaluation;

export type Answer = { readonly kind: 'ready' } | { readonly kind: 'evaluated'; readonly result: Evaluated };

/** Bounds that the worker keeps by itself, as far as the expression goes on step by step. */
export interface WorkerBounds {
  /** In ms. */
  readonly timeout: number;
  /** Evaluations within each other. */
  readonly depth: number;
  /** Items of a sequence. */
  readonly items: number;
  /** Characters of the result as JSON. */
  readonly characters: number;
}
