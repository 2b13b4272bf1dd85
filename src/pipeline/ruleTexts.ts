import type { Evidence } from '../domain/finding.ts';
import type { AssetModel, LocalText } from '../domain/model.ts';

/** More codes than this say too little in a sentence about something else. */
const FEW = 3;

/** What the codes mean that rules count, of those rules that evidence names; undefined where it names none. */
export function ruleTextsOf({ model }: { readonly model: AssetModel }, evidence: Evidence) {
  if (evidence.kind !== 'composite') return undefined;
  const texts = evidence.met.flatMap(({ ruleId }) => {
    const text = textOf(model, ruleId);
    return text ? [[ruleId, text] as const] : [];
  });
  return texts.length > 0 ? Object.fromEntries(texts) : undefined;
}

function textOf(model: AssetModel, ruleId: string): LocalText | undefined {
  const rule = model.rules.find(({ id, kind }) => id === ruleId && kind === 'event');
  const metric = model.metrics.find(({ id }) => id === rule?.params.metric);
  if (!rule || !metric?.texts) return undefined;
  const { texts, codes = {} } = metric;
  const counted: readonly unknown[] | undefined = Array.isArray(rule.params.codes) ? rule.params.codes : undefined;
  const meanings = Object.entries(texts).flatMap(([symbol, text]) =>
    !counted || counted.includes(symbol) || counted.includes(codes[symbol]) ? [text] : [],
  );
  if (meanings.length === 0 || meanings.length > FEW) return undefined;
  const name = metric.name ?? { en: metric.id, zh: metric.id };
  return {
    en: `${name.en}: ${meanings.map(({ en }) => en).join(', or ')}`,
    zh: `${name.zh}：${meanings.map(({ zh }) => zh).join('，或')}`,
  };
}
