import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { Router } from 'wouter-preact';
import { createQueries } from './api/queries';
import { App } from './app';
import { LanguageProvider } from './i18n/provider';
import { Toasts } from './ui/toast';

/** Routes are paths under that of the public address. */
const base = new URL(document.baseURI).pathname.replace(/\/$/, '');

render(
  <LanguageProvider>
    <QueryClientProvider client={createQueries()}>
      <Toasts>
        <Router base={base}>
          <App />
        </Router>
      </Toasts>
    </QueryClientProvider>
  </LanguageProvider>,
  document.getElementById('root')!,
);
