import { useContext } from 'preact/hooks';
import { LanguageContext, useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon } from '../ui/icon';
import { useTheme } from './theme';

/** In which language and colours somebody reads. */
export function Preferences() {
  const t = useText(commonTexts);
  const { language, setLanguage } = useContext(LanguageContext);
  const { theme, switchTheme } = useTheme();
  return (
    <>
      <button
        type="button"
        class="button quiet"
        lang={language === 'en' ? 'zh-CN' : 'en'}
        title={t.languageLabel}
        onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
      >
        {t.language}
      </button>
      <button
        type="button"
        class="button quiet icon"
        aria-label={theme === 'dark' ? t.themeToLight : t.themeToDark}
        onClick={switchTheme}
      >
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
    </>
  );
}
