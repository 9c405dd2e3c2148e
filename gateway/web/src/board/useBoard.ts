// Reads a board and knows how much of it is loaded.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { deals } from "../api/client";
import { keys } from "../app/queryClient";

const FIRST = 50;
/** The server gives at most this many cards of one stage; the rest is one click away in the list. */
export const MOST = 200;

export function useBoard(pipelineId: string | undefined, filter: string) {
  const [limit, setLimit] = useState(FIRST);
  const query = useQuery({
    queryKey: keys.board(pipelineId ?? "", filter, limit),
    queryFn: ({ signal }) => deals.board(pipelineId!, { filter: filter || undefined, limit }, signal),
    enabled: pipelineId !== undefined,
    placeholderData: (previous, previousQuery) =>
      previousQuery?.queryKey[1] === pipelineId ? keepPreviousData(previous) : undefined,
  });
  const more = useCallback(() => setLimit((before) => Math.min(MOST, before + FIRST)), []);
  return { ...query, more, canLoadMore: limit < MOST };
}
