import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Redirect, useLocation, useSearch } from 'wouter-preact';
import { type Session, useSessionQuery } from '../api/session';
import { Loaded, Skeleton } from '../ui/states';

const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in; only below `SignedIn`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new TypeError('nobody is signed in here');
  return session;
}

const ROLES = ['viewer', 'agent', 'engineer', 'admin'] as const;

/** Whether who is signed in has at least this role. */
export function useMay(role: (typeof ROLES)[number]): boolean {
  return ROLES.indexOf(useSession().role) >= ROLES.indexOf(role);
}

/** What only those see who are signed in; the others sign in first, and come back to where they wanted to be. */
export function SignedIn({ children }: { children: ComponentChildren }) {
  const query = useSessionQuery();
  const path = useLocation()[0];
  const search = useSearch();
  return (
    <Loaded query={query} skeleton={<Skeleton height="3rem" lines={4} />}>
      {({ session }) =>
        session ? (
          <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
        ) : (
          <Redirect to={`/sign-in?to=${encodeURIComponent(path + (search ? `?${search}` : ''))}`} replace />
        )
      }
    </Loaded>
  );
}
