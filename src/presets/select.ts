import { at, listAt, textAt } from './pointer.ts';
import type { PresetSelector } from './schema.ts';
import type { Scope, Templates } from './template.ts';

/** The values that an answer, or an entry of a list, gives by name; what is not there is left out. */
export function select(
  answer: unknown,
  gives: Readonly<Record<string, PresetSelector>> | undefined,
  scope: Scope,
  templates: Templates,
): Record<string, string> {
  const found = Object.entries(gives ?? {}).map(
    ([name, selector]) => [name, selectOne(answer, selector, scope, templates)] as const,
  );
  return Object.fromEntries(found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function selectOne(answer: unknown, selector: PresetSelector, scope: Scope, templates: Templates): string | undefined {
  if (typeof selector === 'string') return textAt(answer, selector);
  const entry = listAt(answer, selector.in).find((item) => holds(item, selector.where, scope, templates));
  return entry === undefined ? undefined : textAt(entry, selector.at);
}

/** Whether an entry holds these values at these pointers. */
export function holds(
  entry: unknown,
  where: Readonly<Record<string, string>> | undefined,
  scope: Scope,
  templates: Templates,
): boolean {
  return Object.entries(where ?? {}).every(([pointer, template]) => {
    const value = at(entry, pointer);
    return value !== undefined && String(value) === templates.render(template, scope);
  });
}
