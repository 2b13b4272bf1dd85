import type { CompiledRule } from './rule.ts';

/** The order in which rules are evaluated at the same instant: those that others read before these. */
export function evaluationOrder(rules: readonly CompiledRule[]): number[] {
  const order: number[] = [];
  const visit = (at: number): void => {
    if (order.includes(at)) return;
    for (const read of readsOf(rules, at)) visit(read);
    order.push(at);
  };
  for (const at of rules.keys()) visit(at);
  return order;
}

/** Positions of the rules that the one at this position reads. */
export function readsOf(rules: readonly CompiledRule[], at: number): number[] {
  const { reads = [] } = rules[at]!;
  return reads.map((id) => rules.findIndex(({ definition }) => definition.id === id));
}

/** Metrics that a rule goes by, be it through the rules that it reads. */
export function inputsOf(rules: readonly CompiledRule[], at: number): readonly number[] {
  const through = readsOf(rules, at).flatMap((read) => inputsOf(rules, read));
  return through.length === 0 ? rules[at]!.inputs : [...new Set([...rules[at]!.inputs, ...through])];
}

/**
 * Rules that must move through time together, since one of them reads others: each group in order of evaluation. A rule
 * that nothing connects is a group of its own.
 */
export function groupsOf(rules: readonly CompiledRule[], order: readonly number[]): number[][] {
  const group = rules.map((_, at) => at);
  for (const at of order) {
    for (const read of readsOf(rules, at)) {
      const [from, to] = [group[read]!, group[at]!];
      group.forEach((of, position) => {
        if (of === from) group[position] = to;
      });
    }
  }
  return [...new Set(order.map((at) => group[at]!))].map((of) => order.filter((at) => group[at] === of));
}
