// The contracts of an account: what each brings a year, and when it renews.
import { useQuery } from "@tanstack/react-query";

import { list } from "../api/client";
import { keys } from "../app/queryClient";
import { day, money, words } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import { Block } from "./Associations";
import classes from "./Lines.module.css";

export function Contracts({ accountId }: { accountId: string }) {
  const query = { filter: `account_id = "${accountId}"`, sort: "-starts_on", limit: 20 };
  const found = useQuery({ queryKey: keys.list("contracts", query), queryFn: () => list("contracts", query) });
  if (found.error) return <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />;
  const rows = found.data?.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Block title="Contracts" count={rows.length}>
      <ul className={classes.lines} data-testid="contracts">
        {rows.map((contract) => (
          <li key={contract.id}>
            <span className="clip">
              {contract.name}
              <small> · {contract.status === "active" ? `renews ${day(contract.renews_on)}` : words(contract.status)}</small>
            </span>
            <span className="num">{money(contract.arr)} a year</span>
          </li>
        ))}
      </ul>
    </Block>
  );
}
