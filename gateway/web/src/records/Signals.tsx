// What a lead or contact did where we can see it: pages viewed, mails opened, forms sent; the newest first.
import { useQuery } from "@tanstack/react-query";

import { list } from "../api/client";
import { keys } from "../app/queryClient";
import { ago, instant, words } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import { Block } from "./Associations";
import classes from "./Lines.module.css";

export function Signals({ personId }: { personId: string }) {
  const query = { filter: `record_id = "${personId}"`, sort: "-occurred_at", limit: 10, count: true };
  const found = useQuery({ queryKey: keys.list("signals", query), queryFn: () => list("signals", query) });
  if (found.error) return <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />;
  const rows = found.data?.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Block title="Signals" count={found.data?.total ?? rows.length}>
      <ul className={classes.lines} data-testid="signals">
        {rows.map((signal) => (
          <li key={signal.id}>
            <span className="clip">
              {words(signal.kind)}
              <small> · {signal.title ?? signal.url ?? signal.campaign ?? ""}</small>
            </span>
            <time dateTime={signal.occurred_at} title={instant(signal.occurred_at)}>
              {ago(signal.occurred_at)}
            </time>
          </li>
        ))}
      </ul>
    </Block>
  );
}
