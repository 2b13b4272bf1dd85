import { useEffect, useState } from 'preact/hooks';
import { Redirect, useSearch } from 'wouter-preact';
import { useHistoryState } from 'wouter-preact/use-browser-location';
import { addressOf, OfflineError, ProblemError } from '../../api/client';
import { useSessionQuery, useSignIn } from '../../api/session';
import { useLocal, useText } from '../../i18n';
import { Preferences } from '../../shell/preferences';
import { Field } from '../../ui/field';
import { Page } from '../../ui/page';
import { signInTexts } from './text';
import './page.css';

/** Where one signs in, with a key or the account one has; whoever is signed in goes on to where they wanted to be. */
export default function SignInPage() {
  const t = useText(signInTexts);
  const search = new URLSearchParams(useSearch());
  const { data } = useSessionQuery();
  const to = localPath(search.get('to'));
  if (data?.session) return <Redirect to={to} replace />;
  const oidc = data?.waysIn.oidc;
  return (
    <main class="sign-in">
      <div class="card stack">
        <header class="row spread">
          <span class="row brand">
            <img src={addressOf('icon.svg')} alt="" width="32" height="32" />
            Fettle
          </span>
          <span class="row">
            <Preferences />
          </span>
        </header>
        <Page title={t.title}>
          <Notice problem={search.get('problem')} />
          {oidc && <ProviderButton label={oidc.label} to={to} />}
          <KeyForm primary={!oidc} />
        </Page>
      </div>
    </main>
  );
}

/** What brought one here: a sign-in that failed, or signing out. */
function Notice({ problem }: { problem: string | null }) {
  const t = useText(signInTexts);
  const state = useHistoryState<{ left?: boolean; providerUrl?: string } | null>();
  if (problem !== null)
    return (
      <p class="note error" role="alert">
        {t.problem[problem] ?? t.problem.other}
      </p>
    );
  if (!state?.left) return null;
  return (
    <p class="note good" role="status">
      {t.left}
      {state.providerUrl !== undefined && <a href={state.providerUrl}>{t.leaveProvider}</a>}
    </p>
  );
}

function ProviderButton({ label, to }: { label: { en: string; zh: string }; to: string }) {
  const t = useText(signInTexts);
  const local = useLocal();
  return (
    <>
      <a class="button primary" href={addressOf(`api/v1/session/oidc?${new URLSearchParams({ to })}`)}>
        {local(label)}
      </a>
      <p class="or muted">{t.or}</p>
    </>
  );
}

function KeyForm({ primary }: { primary: boolean }) {
  const t = useText(signInTexts);
  const signIn = useSignIn();
  const [key, setKey] = useState(keyOfLink);
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setFault(undefined);
    setBusy(true);
    try {
      await signIn(key.trim());
    } catch (error) {
      setFault(faultOf(error, t));
      setBusy(false);
    }
  };
  useEffect(() => {
    if (key === '') return;
    // The key stands neither in the history of the browser nor in a link that is sent on.
    history.replaceState(history.state, '', location.pathname + location.search);
    void submit();
  }, []);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label={t.key} hint={t.hint} fault={fault}>
        <input
          type="password"
          required
          autocomplete="current-password"
          spellcheck={false}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </Field>
      <button type="submit" class={primary ? 'button primary' : 'button'} disabled={busy}>
        {busy ? t.submitting : t.submit}
      </button>
    </form>
  );
}

/** The demo's link has the key behind a `#`, where it never reaches a server or its log. */
function keyOfLink(): string {
  return new URLSearchParams(location.hash.slice(1)).get('key') ?? '';
}

function faultOf(error: unknown, t: (typeof signInTexts)['en']): string {
  if (error instanceof OfflineError) return t.offline;
  if (error instanceof ProblemError && error.status === 401) return t.unknownKey;
  if (error instanceof ProblemError && error.status === 429) return t.tooOften;
  return error instanceof Error ? error.message : String(error);
}

/** A page of the console alone; anything else may be somebody's trap. */
function localPath(to: string | null): string {
  const fits = to !== null && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in');
  return fits ? to : '/fleet';
}
