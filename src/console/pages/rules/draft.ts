import { useEffect } from 'preact/hooks';
import type { ModelText } from '../../api/types';

/** What was typed and not applied, with the version that it was made from. */
interface Kept {
  readonly version: number;
  readonly base: string;
  readonly yaml: string;
}

const keyOf = (modelId: string) => `fettle.draft.${modelId}`;

/** Where somebody left off in this tab: the text they began with, and what they had made of it. */
export function draftOf(text: ModelText): { readonly base: ModelText; readonly yaml: string } {
  const kept = sessionStorage.getItem(keyOf(text.modelId));
  if (kept === null) return { base: text, yaml: text.yaml };
  const { version, base, yaml } = JSON.parse(kept) as Kept;
  return { base: version === text.version ? text : { ...text, version, yaml: base }, yaml };
}

/** Keeps what is typed while it differs, through a look at another page, a reload and signing in again; asks before the tab closes. */
export function useKeptDraft(base: ModelText, yaml: string): void {
  const { modelId, version } = base;
  const isChanged = yaml !== base.yaml;
  useEffect(() => {
    const kept: Kept = { version, base: base.yaml, yaml };
    if (isChanged) sessionStorage.setItem(keyOf(modelId), JSON.stringify(kept));
    else sessionStorage.removeItem(keyOf(modelId));
  }, [modelId, version, base.yaml, yaml, isChanged]);
  useEffect(() => {
    if (!isChanged) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isChanged]);
}
