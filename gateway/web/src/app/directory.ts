// Small reference lists that many screens need: people, pipelines, products. Read once, kept for minutes.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { list, type Resource, type Resources } from "../api/client";
import type { Pipeline, Product, Stage, User } from "../api/types";
import { keys } from "./queryClient";

async function everything<R extends Resource>(resource: R, sort?: string): Promise<Resources[R][]> {
  const rows: Resources[R][] = [];
  let cursor: string | null = null;
  do {
    const page: { data: Resources[R][]; next_cursor: string | null } = await list(resource, { limit: 200, cursor, sort });
    rows.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && rows.length < 2000);
  return rows;
}

export interface People {
  all: User[];
  name: (id: string | null | undefined) => string | null;
}

export function usePeople(): People {
  const { data } = useQuery({ queryKey: keys.users, queryFn: () => everything("users"), staleTime: 5 * 60_000 });
  return useMemo(() => {
    const all = [...(data ?? [])].sort((a, b) => a.name.localeCompare(b.name));
    const names = new Map(all.map((user) => [user.id, user.name]));
    return { all, name: (id) => (id ? (names.get(id) ?? null) : null) };
  }, [data]);
}

export function usePipelines() {
  return useQuery({
    queryKey: keys.pipelines,
    queryFn: async (): Promise<Pipeline[]> => {
      const pipelines = await everything("pipelines");
      const sorted = pipelines.map((each) => ({ ...each, stages: [...each.stages].sort((a, b) => a.position - b.position) }));
      return sorted.sort((a, b) => Number(b.is_default) - Number(a.is_default) || a.name.localeCompare(b.name));
    },
    staleTime: 5 * 60_000,
  });
}

export function useStages(): Map<string, Stage> {
  const { data } = usePipelines();
  return useMemo(() => new Map((data ?? []).flatMap((each) => each.stages.map((stage) => [stage.id, stage] as const))), [data]);
}

export function useProducts(): Product[] {
  const { data } = useQuery({ queryKey: keys.products, queryFn: () => everything("products"), staleTime: 5 * 60_000 });
  return data ?? [];
}
