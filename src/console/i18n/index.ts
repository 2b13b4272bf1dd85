import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { LocalText } from '../api/types';
import { createFormat, type Format } from './format';
import type { Language } from './languages';

/** A text in both languages; what has numbers in it is a function. */
export interface Texts<T> {
  readonly en: T;
  readonly zh: T;
}

/** Holds both languages to the same keys. */
export function texts<T>(en: T, zh: NoInfer<T>): Texts<T> {
  return { en, zh };
}

export const LanguageContext = createContext<{ language: Language; setLanguage: (language: Language) => void }>({
  language: 'en',
  setLanguage: () => undefined,
});

export function useLanguage(): Language {
  return useContext(LanguageContext).language;
}

/** The texts of a page in the language of the reader. */
export function useText<T>(both: Texts<T>): T {
  return both[useLanguage()];
}

/** Picks the reader's language out of a text of the API. */
export function useLocal(): (text: LocalText | undefined) => string {
  const language = useLanguage();
  return (text) => text?.[language] || text?.en || '';
}

/** Numbers, dates, durations and units as the reader writes them. */
export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => createFormat(language), [language]);
}

const KEY = 'fettle.language';

/** What was chosen, else what the browser asks for: `theme.js` settled it before the first paint. */
export function firstLanguage(): Language {
  return document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = LOCALES[language];
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

export type { Language } from './languages';
