// Every stage a deal has been in: when, for how long, by whom.
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { deals } from "../api/client";
import { usePeople } from "../app/directory";
import { keys } from "../app/queryClient";
import { day, duration, instant, money } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import { Block } from "./Associations";
import classes from "./StageHistory.module.css";

export function StageHistory({ dealId }: { dealId: string }) {
  const people = usePeople();
  const history = useQuery({ queryKey: keys.stageHistory(dealId), queryFn: () => deals.stageHistory(dealId) });
  if (history.error) return <ProblemNotice error={history.error} />;
  if (!history.data) return <Skeleton h={60} />;
  const moves = [...history.data.data].sort((a, b) => b.moved_at.localeCompare(a.moved_at));
  if (moves.length === 0) return null;
  return (
    <Block title="Stage history" count={moves.length}>
      <ol className={classes.moves} data-testid="stage-history">
        {moves.map((move, index) => (
          <li key={`${move.moved_at}-${index}`}>
            <span className={classes.names}>
              {move.from_stage ? `${move.from_stage} → ${move.to_stage}` : move.to_stage}
            </span>
            <small title={instant(move.moved_at)}>
              {[
                move.moved_on ? day(move.moved_on) : instant(move.moved_at),
                people.name(move.moved_by),
                move.seconds_in_stage !== null && move.from_stage ? `after ${duration(move.seconds_in_stage)}` : null,
                move.amount ? money(move.amount, true) : null,
              ]
                .filter(Boolean)
                .join(" · ")}
            </small>
          </li>
        ))}
      </ol>
    </Block>
  );
}
