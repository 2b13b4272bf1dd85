import type { PastSpan, PastTaken } from '../../domain/past.ts';
import { type Counts, NOTHING_YET } from './memory.ts';

type Reasons = Record<string, { count: number; example: string }>;

/** Adds up what becomes of the rows of a file. */
export class Tally {
  #counts: Counts;
  readonly #reasons: Reasons;
  readonly #spans: Map<string, PastSpan>;

  constructor(from: Counts = NOTHING_YET) {
    this.#counts = from;
    this.#reasons = { ...from.reasons };
    this.#spans = new Map(from.spans.map((span) => [span.assetId, span]));
  }

  get counts(): Counts {
    return { ...this.#counts, reasons: { ...this.#reasons }, spans: [...this.#spans.values()] };
  }

  add({ rows, empty, taken }: { readonly rows: number; readonly empty: number; readonly taken: PastTaken }): void {
    const { counts } = this;
    this.#counts = {
      ...counts,
      rows: counts.rows + rows,
      empty: counts.empty + empty,
      stored: counts.stored + taken.stored,
      duplicate: counts.duplicate + taken.duplicate,
      refusedRows: counts.refusedRows + new Set(taken.rejections.map(({ reading }) => reading)).size,
    };
    for (const { reason, detail } of taken.rejections) this.#refuse(reason, detail);
    for (const span of taken.spans) this.#spans.set(span.assetId, joined(this.#spans.get(span.assetId), span));
  }

  addMalformed(count: number, example: string): void {
    this.#counts = { ...this.#counts, refusedRows: this.#counts.refusedRows + count };
    this.#reasons.malformed = { count: (this.#reasons.malformed?.count ?? 0) + count, example };
  }

  #refuse(reason: string, detail: string): void {
    const known = this.#reasons[reason];
    this.#reasons[reason] = known ? { ...known, count: known.count + 1 } : { count: 1, example: detail };
  }
}

function joined(a: PastSpan | undefined, b: PastSpan): PastSpan {
  if (!a) return b;
  const { assetId } = b;
  return { assetId, samples: a.samples + b.samples, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
