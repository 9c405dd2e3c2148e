// What a list shows: the saved view that is open, changed by what the address says on top of it. The address says all
// of it, so that every state of a list can be linked.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useSearchParams } from "react-router";

import { list, type RecordResource } from "../api/client";
import type { SavedView } from "../api/types";
import { keys } from "../app/queryClient";
import { quote } from "../ui/filter";

const ALL = "all";
const SETTINGS = ["filter", "owner", "sort", "columns"] as const;
type Setting = (typeof SETTINGS)[number];

export function useViews(resource: RecordResource) {
  return useQuery({
    queryKey: keys.viewsOf(resource),
    queryFn: async () => {
      const found: SavedView[] = [];
      let cursor: string | null = null;
      do {
        const page: { data: SavedView[]; next_cursor: string | null } = await list("views", {
          filter: `resource = ${quote(resource)}`, sort: "name", limit: 200, cursor,
        });
        found.push(...page.data);
        cursor = page.next_cursor;
      } while (cursor && found.length < 1000);
      return found;
    },
    staleTime: 60_000,
    retry: false,
  });
}

export interface ListView {
  views: SavedView[];
  view: SavedView | null;
  /** False until it is known which view the list opens with. */
  ready: boolean;
  filter: string;
  owner: string | null;
  sort: string;
  columns: string[];
  /** Whether the list shows something else than the view that is open, or than everything. */
  changed: boolean;
  set: (name: Setting, value: string | null) => void;
  open: (id: string | null) => void;
  reset: () => void;
}

export function useListView(resource: RecordResource, usualSort: string): ListView {
  const [params, setParams] = useSearchParams();
  const { data, isPending } = useViews(resource);
  const views = useMemo(() => data ?? [], [data]);
  const asked = params.get("view");
  const view = views.find((each) => each.id === asked) ?? null;
  const base: Record<Setting, string> = useMemo(
    () => ({ filter: view?.filter ?? "", owner: "", sort: view?.sort || usualSort, columns: (view?.columns ?? []).join(",") }),
    [view, usualSort],
  );
  const plain = !asked && !SETTINGS.some((name) => params.has(name));
  const usual = plain ? views.find((each) => each.is_default) : undefined;

  useEffect(() => {
    if (usual) setParams({ view: usual.id }, { replace: true });
  }, [usual, setParams]);

  const set = useCallback(
    (name: Setting, value: string | null) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if ((value ?? "") === base[name]) after.delete(name);
          else after.set(name, value ?? "");
          if (!after.get("view") && ![...after.keys()].length && views.some((each) => each.is_default)) after.set("view", ALL);
          return after;
        },
        { replace: true },
      ),
    [setParams, base, views],
  );
  const open = useCallback(
    (id: string | null) => setParams(id ? { view: id } : views.some((each) => each.is_default) ? { view: ALL } : {}),
    [setParams, views],
  );
  const reset = useCallback(() => setParams(asked ? { view: asked } : {}, { replace: true }), [setParams, asked]);
  const value = (name: Setting) => params.get(name) ?? base[name];
  return {
    views,
    view,
    ready: !usual && !(isPending && (plain || (asked !== null && asked !== ALL))),
    filter: value("filter"),
    owner: value("owner") || null,
    sort: value("sort") || usualSort,
    columns: value("columns").split(",").filter(Boolean),
    changed: SETTINGS.some((name) => params.has(name) && params.get(name) !== base[name]),
    set,
    open,
    reset,
  };
}
