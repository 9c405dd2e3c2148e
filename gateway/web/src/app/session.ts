// Who is signed in, for every component below the shell.
import { createContext, useContext } from "react";

import type { Session } from "../api/types";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("This part of the interface is only shown to someone signed in.");
  return session;
}

/** People with the read-only role see everything and change nothing; the server refuses them as well. */
export function useCanWrite(): boolean {
  return useSession().user.role !== "read_only";
}
