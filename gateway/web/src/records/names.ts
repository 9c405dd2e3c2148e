// The label of a record known by id only, asked for once and kept.
import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";
import { keys } from "../app/queryClient";

const RESOURCES = { account: "accounts", contact: "contacts", lead: "leads", deal: "deals", product: "products" } as const;
export type Named = keyof typeof RESOURCES;

/** Which resource an id belongs to, by its prefix. */
export function resourceOf(id: string): (typeof RESOURCES)[Named] | null {
  const prefix = id.slice(0, id.lastIndexOf("_"));
  return prefix in RESOURCES ? RESOURCES[prefix as Named] : null;
}

export function addressOf(id: string): string | null {
  const resource = resourceOf(id);
  return resource && resource !== "products" ? `/${resource}/${id}` : null;
}

export function useRecordName(id: string | null | undefined): string | null {
  const resource = id ? resourceOf(id) : null;
  const { data } = useQuery({
    queryKey: [...keys.record(id ?? ""), "name"],
    queryFn: async () => (await get(resource!, id!)).name,
    enabled: Boolean(id && resource),
    staleTime: 5 * 60_000,
    retry: false,
  });
  return data ?? null;
}
