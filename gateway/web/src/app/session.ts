// Who is signed in, and what they may do, for every component below the shell.
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";

import { me } from "../api/client";
import type { Session } from "../api/types";
import { keys } from "./queryClient";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("This part of the interface is only shown to someone signed in.");
  return session;
}

export type Permission = "read" | "write" | "delete" | "import" | "configure" | "report" | "administer";

/**
 * Whether to offer something at all. Until the permissions have arrived it is offered to everybody who may write;
 * the server decides in any case.
 */
export function useMay(permission: Permission): boolean {
  const { user } = useSession();
  const { data } = useQuery({ queryKey: keys.me, queryFn: me, staleTime: 60_000 });
  if (!data) return user.role !== "read_only";
  return data.permissions.includes(permission) || data.permissions.includes("*");
}

export function useCanWrite(): boolean {
  return useMay("write");
}
