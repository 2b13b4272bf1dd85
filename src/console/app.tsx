import { lazy, Suspense } from 'preact/compat';
import { Route, Switch } from 'wouter-preact';
import { useText } from './i18n';
import { commonTexts } from './i18n/common';
import { Crash } from './shell/crash';
import { NotFound } from './shell/notFound';
import { Shell } from './shell/shell';
import { SignedIn } from './shell/signedIn';
import { Skeleton } from './ui/states';

/** Each page is loaded when it is first opened. */
const FleetPage = lazy(() => import('./pages/fleet/page'));
const AssetPage = lazy(() => import('./pages/asset/page'));
const TicketsPage = lazy(() => import('./pages/tickets/page'));
const TicketPage = lazy(() => import('./pages/ticket/page'));
const SheetPage = lazy(() => import('./pages/sheet/page'));
const AnalyticsPage = lazy(() => import('./pages/analytics/page'));
const QualityPage = lazy(() => import('./pages/quality/page'));
const ModelPage = lazy(() => import('./pages/rules/model'));
const RulesPage = lazy(() => import('./pages/rules/page'));
const SystemPage = lazy(() => import('./pages/system/page'));
const SignInPage = lazy(() => import('./pages/signIn/page'));
const StartPage = lazy(() => import('./pages/start/page'));

export function App() {
  const t = useText(commonTexts);
  return (
    <Crash>
      <Suspense fallback={<Skeleton height="3rem" lines={4} />}>
        <Switch>
          <Route path="/sign-in">
            <SignInPage />
          </Route>
          <Route>
            <SignedIn>
              <Shell>
                <Suspense fallback={<Skeleton height="3rem" lines={6} />}>
                  <Switch>
                    <Route path="/">
                      <FleetPage />
                    </Route>
                    <Route path="/fleet">
                      <FleetPage />
                    </Route>
                    <Route path="/assets/:assetId">
                      {({ assetId }) => <AssetPage key={assetId} assetId={assetId} />}
                    </Route>
                    <Route path="/tickets">
                      <TicketsPage />
                    </Route>
                    <Route path="/tickets/:ticketId">
                      {(params) => <TicketPage key={params.ticketId} {...params} />}
                    </Route>
                    <Route path="/tickets/:ticketId/sheet">{(params) => <SheetPage {...params} />}</Route>
                    <Route path="/analytics">
                      <AnalyticsPage />
                    </Route>
                    <Route path="/quality">
                      <QualityPage />
                    </Route>
                    <Route path="/start">
                      <StartPage />
                    </Route>
                    <Route path="/rules">
                      <RulesPage />
                    </Route>
                    <Route path="/rules/:modelId">
                      {({ modelId }) => <ModelPage key={modelId} modelId={modelId} />}
                    </Route>
                    <Route path="/system">
                      <SystemPage />
                    </Route>
                    <Route>
                      <NotFound title={t.notFound} />
                    </Route>
                  </Switch>
                </Suspense>
              </Shell>
            </SignedIn>
          </Route>
        </Switch>
      </Suspense>
    </Crash>
  );
}
