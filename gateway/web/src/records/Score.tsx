// The score of a lead or the health of a customer, with all that adds to it or speaks against it.
import { useQuery } from "@tanstack/react-query";

import { score } from "../api/client";
import { keys } from "../app/queryClient";
import { ago } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import { Block } from "./Associations";
import classes from "./Lines.module.css";

const MOST_SHOWN = 6;

export function Score({ resource, id, title }: { resource: "leads" | "accounts"; id: string; title: string }) {
  const found = useQuery({ queryKey: keys.score(id), queryFn: () => score(resource, id) });
  if (found.error) return <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />;
  const contributions = [...(found.data?.contributions ?? [])].sort((a, b) => (b.at ?? "").localeCompare(a.at ?? ""));
  const next = found.data?.thresholds.find((threshold) => !threshold.is_reached);
  return (
    <Block title={title}>
      <ul className={classes.lines} data-testid="score">
        {contributions.slice(0, MOST_SHOWN).map((one, index) => (
          <li key={index}>
            <span className="clip">
              {one.label}
              {one.at && <small> · {ago(one.at)}</small>}
            </span>
            <span className="num">{one.points < 0 ? one.points : `+${one.points}`}</span>
          </li>
        ))}
      </ul>
      {contributions.length > MOST_SHOWN && <p className={classes.none}>and {contributions.length - MOST_SHOWN} more</p>}
      {found.data && found.data.begins_with > 0 && <p className={classes.none}>It begins with {found.data.begins_with}.</p>}
      {next?.way && next.way.length > 0 && (
        <p className={classes.none}>
          To {next.at}: {next.way.join(", ")}
        </p>
      )}
    </Block>
  );
}
