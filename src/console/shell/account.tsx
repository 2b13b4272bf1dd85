import { useLocation } from 'wouter-preact';
import { useSignOut } from '../api/session';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';
import { Icon } from '../ui/icon';
import { useToast } from '../ui/toast';
import { Preferences } from './preferences';
import { useSession } from './signedIn';

/** Who is signed in, in which language and colours they read, and the way out. */
export function Account() {
  const t = useText(commonTexts);
  const { name, role } = useSession();
  const signOut = useSignOut();
  const toast = useToast();
  const go = useLocation()[1];
  const leave = async () => {
    try {
      const providerUrl = await signOut();
      go('/sign-in', { replace: true, state: { providerUrl, left: true } });
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="account">
      <div class="who">
        <strong>{name}</strong>
        <div class="muted">{t.role[role]}</div>
      </div>
      <div class="row">
        <Preferences />
        <button type="button" class="button quiet icon" aria-label={t.signOut} onClick={() => void leave()}>
          <Icon name="signOut" />
        </button>
      </div>
    </div>
  );
}
