import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import { addressOf } from '../../api/client';
import { SESSION, signIn } from '../../api/session';
import { texts, useText } from '../../i18n';
import { Field } from '../../ui/field';
import { Page } from '../../ui/page';
import './page.css';

const signInTexts = texts(
  {
    title: 'Sign in',
    key: 'API key',
    hint: 'The first key is in the file api-key in the data folder; the demo shows it in the terminal.',
    submit: 'Sign in',
  },
  {
    title: '登录',
    key: 'API 密钥',
    hint: '第一个密钥保存在数据目录的 api-key 文件中；演示程序会在终端显示。',
    submit: '登录',
  },
);

export default function SignInPage() {
  const t = useText(signInTexts);
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string>();
  const queries = useQueryClient();
  const go = useLocation()[1];
  const to = new URLSearchParams(useSearch()).get('to') ?? '/fleet';
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setFault(undefined);
    try {
      await signIn(key.trim());
      await queries.invalidateQueries({ queryKey: SESSION, refetchType: 'none' });
      queries.removeQueries({ queryKey: SESSION });
      go(to.startsWith('/') && !to.startsWith('//') ? to : '/fleet');
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <main class="sign-in">
      <form class="card stack" onSubmit={(event) => void submit(event)}>
        <img src={addressOf('icon.svg')} alt="" width="40" height="40" />
        <Page title={t.title}>
          <Field label={t.key} hint={t.hint} fault={fault}>
            <input
              type="password"
              required
              autocomplete="current-password"
              value={key}
              onInput={(event) => setKey(event.currentTarget.value)}
            />
          </Field>
          <button type="submit" class="button primary">
            {t.submit}
          </button>
        </Page>
      </form>
    </main>
  );
}
