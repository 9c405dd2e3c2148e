// The label of a record known by id only. Names that are needed in the same moment are asked for together, so a
// list of a hundred references costs one request.
import { useQuery } from "@tanstack/react-query";

import { list } from "../api/client";
import { keys } from "../app/queryClient";

const RESOURCES = { account: "accounts", contact: "contacts", lead: "leads", deal: "deals", product: "products" } as const;
type Named = keyof typeof RESOURCES;
type NamedResource = (typeof RESOURCES)[Named];

const MOST = 200;
const TOGETHER_MS = 8;

/** Which resource an id belongs to, by its prefix. */
function resourceOf(id: string): NamedResource | null {
  const prefix = id.slice(0, id.lastIndexOf("_"));
  return prefix in RESOURCES ? RESOURCES[prefix as Named] : null;
}

export function addressOf(id: string): string | null {
  const resource = resourceOf(id);
  return resource && resource !== "products" ? `/${resource}/${id}` : null;
}

const ID = /[a-z][a-z_]*_[0-7][0-9a-hjkmnp-tv-z]{25}/;

/** The id of a record in what somebody pasted: its address, or the id itself. */
export const idIn = (text: string): string | undefined => ID.exec(text)?.[0];

interface Asking {
  id: string;
  resolve: (name: string | null) => void;
  reject: (reason: unknown) => void;
}

const waiting = new Map<NamedResource, Asking[]>();

function nameOf(resource: NamedResource, id: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const others = waiting.get(resource);
    if (others) others.push({ id, resolve, reject });
    else {
      waiting.set(resource, [{ id, resolve, reject }]);
      setTimeout(() => void askTogether(resource), TOGETHER_MS);
    }
  });
}

async function askTogether(resource: NamedResource): Promise<void> {
  const all = waiting.get(resource) ?? [];
  waiting.delete(resource);
  for (let start = 0; start < all.length; start += MOST) {
    const asked = all.slice(start, start + MOST);
    try {
      const ids = [...new Set(asked.map((each) => each.id))].join(",");
      const found = await list(resource, { ids, fields: "id,name" });
      const names = new Map(found.data.map((record) => [record.id, record.name]));
      for (const each of asked) each.resolve(names.get(each.id) ?? null);
    } catch (reason) {
      for (const each of asked) each.reject(reason);
    }
  }
}

export function useRecordName(id: string | null | undefined): string | null {
  const resource = id ? resourceOf(id) : null;
  const { data } = useQuery({
    queryKey: [...keys.record(id ?? ""), "name"],
    queryFn: () => nameOf(resource!, id!),
    enabled: Boolean(id && resource),
    staleTime: 5 * 60_000,
    retry: false,
  });
  return data ?? null;
}
