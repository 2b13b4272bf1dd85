import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { firstLanguage, keepLanguage, type Language, LanguageContext } from './index';

/** Gives all below it the reader's language. */
export function LanguageProvider({ children }: { children: ComponentChildren }) {
  const [language, choose] = useState(firstLanguage);
  const value = useMemo(
    () => ({
      language,
      setLanguage: (next: Language) => {
        keepLanguage(next);
        choose(next);
      },
    }),
    [language],
  );
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>;
}
