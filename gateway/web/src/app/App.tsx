// Decides between "signed in" and "not", and which screen belongs to which address.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";

import { session as sessionApi } from "../api/client";
import { hasStatus } from "../api/problem";
import { onSignedOut, setCsrfToken } from "../api/request";
import type { Session } from "../api/types";
import { Boundary } from "./Boundary";
import { becomeSession, keys } from "./queryClient";
import { SessionContext } from "./session";
import { Shell } from "./Shell";
import { SignedOut, SignIn, Starting } from "./SignIn";
import { Waiting } from "./Waiting";

const BoardPage = lazy(() => import("../board/BoardPage"));
const ListPage = lazy(() => import("../lists/ListPage"));
const TasksPage = lazy(() => import("../lists/TasksPage"));
const RecordPage = lazy(() => import("../records/RecordPage"));
const ImportsPage = lazy(() => import("../imports/ImportsPage"));
const DashboardPage = lazy(() => import("../dashboard/DashboardPage"));
const WorkflowsPage = lazy(() => import("../workflows/WorkflowsPage"));
const NotFoundPage = lazy(() => import("./NotFoundPage"));

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
      <Route path="/sign-in" element={<SignIn signedIn={Boolean(session)} />} />
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
          <Route path="/" element={<Navigate to="/board" replace />} />
          <Route path="/board" element={<BoardPage />} />
          <Route path="/board/:pipelineId" element={<BoardPage />} />
          {(["accounts", "contacts", "leads", "deals"] as const).map((resource) => (
            <Route key={resource} path={`/${resource}`}>
              <Route index element={<ListPage key={resource} resource={resource} />} />
              <Route path=":id" element={<RecordPage resource={resource} />} />
            </Route>
          ))}
          <Route path="/tasks" element={<TasksPage />} />
          <Route path="/imports" element={<ImportsPage />} />
          <Route path="/imports/:id" element={<ImportsPage />} />
          <Route path="/dashboard" element={<DashboardPage />} />
          <Route path="/workflows" element={<WorkflowsPage />} />
          <Route path="/workflows/:id" element={<WorkflowsPage />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Suspense>
    </Boundary>
  );
}
