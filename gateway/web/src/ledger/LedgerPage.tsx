// The ledger of anything that has an id: a record without a page of its own, a job, a request.
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { hasStatus } from "../api/problem";
import { Empty } from "../ui/Empty";
import { words } from "../ui/format";
import { HistoryIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { Ledger } from "./Ledger";
import { isRecord, kindOf, ledgers, pageOf } from "./ledgers";

export default function LedgerPage() {
  const { id = "" } = useParams();
  const feed = useInfiniteQuery({
    queryKey: ledgers.key(id, null),
    queryFn: ({ pageParam }) => ledgers.of(id, null, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
  const record = feed.data?.pages[0]?.record;
  const page = pageOf(id);
  const about = record?.label ?? (isRecord(id) || kindOf(id) === "job" ? words(kindOf(id)) : "a request");
  return (
    <Page
      title={`Ledger of ${about}`}
      width={860}
      actions={
        page && (
          <Button variant="default" size="xs" component={Link} to={page}>
            Open
          </Button>
        )
      }
    >
      {hasStatus(feed.error, 404) ? (
        <Empty icon={HistoryIcon} title="Nothing is known under this id">
          It changed nothing, was deleted long ago, or the link is incomplete.
        </Empty>
      ) : (
        <Ledger key={id} id={id} />
      )}
    </Page>
  );
}
