// Decides between "signed in" and "not", and which screen belongs to which address. The addresses are a table,
// routes.json, which the browser tests read too: each of them is visited, so that none is forgotten.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, type ComponentType } from "react";
import { Navigate, Route, Routes } from "react-router";

import { session as sessionApi, type RecordResource } from "../api/client";
import { hasStatus } from "../api/problem";
import { onSignedOut, setCsrfToken } from "../api/request";
import type { Session } from "../api/types";
import { Boundary } from "./Boundary";
import { becomeSession, keys } from "./queryClient";
import routes from "./routes.json";
import { SessionContext } from "./session";
import { Shell } from "./Shell";
import { SignedOut, SignIn, Starting } from "./SignIn";
import { Waiting } from "./Waiting";

interface ScreenProps {
  resource?: RecordResource;
}

/** The screens by the names that routes.json uses; each is loaded when first opened. */
const SCREENS: Record<string, ComponentType<ScreenProps>> = {
  home: () => <Navigate to="/board" replace />,
  board: lazy(() => import("../board/BoardPage")),
  list: lazy(() => import("../lists/ListPage")) as ComponentType<ScreenProps>,
  record: lazy(() => import("../records/RecordPage")) as ComponentType<ScreenProps>,
  tasks: lazy(() => import("../lists/TasksPage")),
  activity: lazy(() => import("../records/ActivityPage")),
  inbox: lazy(() => import("../inbox/InboxPage")),
  imports: lazy(() => import("../imports/ImportsPage")),
  importWizard: lazy(() => import("../imports/wizard/WizardPage")),
  importJob: lazy(() => import("../imports/JobPage")),
  dashboard: lazy(() => import("../dashboard/DashboardPage")),
  reports: lazy(() => import("../reports/ReportsPage")),
  metrics: lazy(() => import("../metrics/MetricsPage")),
  approvals: lazy(() => import("../approvals/ApprovalsPage")),
  letters: lazy(() => import("../letters/LettersPage")),
  workflows: lazy(() => import("../workflows/WorkflowsPage")),
  workflowBuilder: lazy(() => import("../workflows/BuilderPage")),
  partners: lazy(() => import("../partners/PartnersPage")),
  ledger: lazy(() => import("../ledger/LedgerPage")),
  notFound: lazy(() => import("./NotFoundPage")),
};

/** Shown to somebody who is not signed in, too. */
const OPEN = "signIn";

interface RouteEntry {
  path: string;
  screen: string;
  resource?: RecordResource;
}

function addressOf(screen: string): string {
  return (routes as RouteEntry[]).find((route) => route.screen === screen)!.path;
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await sessionApi.read();
    setCsrfToken(session.csrf_token);
    return session;
  } catch (error) {
    if (hasStatus(error, 401)) return null;
    throw error;
  }
}

export function App() {
  const { data: session, error, refetch } = useQuery({
    queryKey: keys.session,
    queryFn: readSession,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

  useEffect(() => {
    onSignedOut(() => becomeSession(null));
  }, []);

  return (
    <Routes>
      <Route path={addressOf(OPEN)} element={<SignIn signedIn={Boolean(session)} />} />
      <Route
        path="*"
        element={
          session ? (
            <SessionContext value={session}>
              <Shell>
                <Screens />
              </Shell>
            </SessionContext>
          ) : session === null ? (
            <SignedOut />
          ) : (
            <Starting error={error} onRetry={() => void refetch()} />
          )
        }
      />
    </Routes>
  );
}

function Screens() {
  return (
    <Boundary>
      <Suspense fallback={<Waiting />}>
        <Routes>
          {(routes as RouteEntry[])
            .filter(({ screen }) => screen !== OPEN)
            .map(({ path, screen, resource }) => {
              const Screen = SCREENS[screen];
              if (!Screen) throw new Error(`routes.json names the screen ${screen}, which App.tsx does not have.`);
              return <Route key={path} path={path} element={<Screen key={resource} resource={resource} />} />;
            })}
        </Routes>
      </Suspense>
    </Boundary>
  );
}
