// Endless reading of a list by cursor.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { list, type ListQuery, type Resource, type Resources } from "../api/client";
import type { Page } from "../api/types";
import { keys } from "../app/queryClient";

const PAGE = 100;

export function useList<R extends Resource>(resource: R, query: ListQuery, enabled = true) {
  const feed = useInfiniteQuery({
    queryKey: keys.list(resource, query),
    queryFn: ({ pageParam, signal }) =>
      list(resource, { ...query, limit: PAGE, cursor: pageParam, count: pageParam === null ? true : undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<Resources[R]>) => last.next_cursor,
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  });
  const rows = useMemo(() => (feed.data?.pages ?? []).flatMap((page) => page.data), [feed.data]);
  return { ...feed, rows, total: feed.data?.pages[0]?.total };
}
