import { useContext } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { signOut } from '../api/session';
import { LanguageContext, useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon } from '../ui/icon';
import { useSession } from './signedIn';
import { useTheme } from './theme';

/** Who is signed in, in which language and colours they read, and the way out. */
export function Account() {
  const t = useText(commonTexts);
  const { name, role } = useSession();
  const { language, setLanguage } = useContext(LanguageContext);
  const { theme, switchTheme } = useTheme();
  const go = useLocation()[1];
  const leave = async () => {
    await signOut();
    go('/sign-in');
  };
  return (
    <div class="account">
      <div class="who">
        <strong>{name}</strong>
        <div class="muted">{t.role[role]}</div>
      </div>
      <div class="row">
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
        <button type="button" class="button quiet icon" aria-label={t.signOut} onClick={() => void leave()}>
          <Icon name="signOut" />
        </button>
      </div>
    </div>
  );
}
