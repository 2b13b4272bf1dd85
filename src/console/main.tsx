import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { Router } from 'wouter-preact';
import { onSignedOut } from './api/client';
import { createQueries } from './api/queries';
import { SESSION } from './api/session';
import { App } from './app';
import { LanguageProvider } from './i18n/provider';
import { Toasts } from './ui/toast';

/** Routes are paths under that of the public address. */
const base = new URL(document.baseURI).pathname.replace(/\/$/, '');

const queries = createQueries();
onSignedOut(() => void queries.invalidateQueries({ queryKey: SESSION }));

render(
  <LanguageProvider>
    <QueryClientProvider client={queries}>
      <Toasts>
        <Router base={base}>
          <App />
        </Router>
      </Toasts>
    </QueryClientProvider>
  </LanguageProvider>,
  document.getElementById('root')!,
);
