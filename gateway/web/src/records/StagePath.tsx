// The way of a deal through its pipeline, as steps to click, and the two ends: won and lost.
import { Button, Group } from "@mantine/core";
import { useState } from "react";

import type { Card, Deal, Pipeline, Stage } from "../api/types";
import { useCanWrite } from "../app/session";
import { LostDialog } from "../board/LostDialog";
import { useMove } from "../board/useMove";
import { daysSince, shortAge, words } from "../ui/format";
import { CheckIcon, LostIcon, TrophyIcon, UndoIcon } from "../ui/icons";
import classes from "./StagePath.module.css";

export function StagePath({ deal, pipeline }: { deal: Deal; pipeline: Pipeline }) {
  const move = useMove();
  const canWrite = useCanWrite();
  const [losing, setLosing] = useState(false);
  const stages = pipeline.stages;
  const current = stages.find((stage) => stage.id === deal.stage_id);
  if (!current) return null;
  const open = stages.filter((stage) => stage.kind === "open");
  const won = stages.find((stage) => stage.kind === "won");
  const lost = stages.find((stage) => stage.kind === "lost");
  const age = daysSince(deal.stage_entered_at);
  const go = (to: Stage, more: { lostReason?: string; competitor?: string } = {}) =>
    move({ card: deal as Card, from: current, to, ...more });

  return (
    <div className={classes.path}>
      <ol className={classes.steps} aria-label="Stages">
        {open.map((stage) => {
          const passed = deal.status === "won" || stage.position < current.position;
          const here = stage.id === current.id;
          const mayGo = canWrite && !here && deal.status === "open";
          return (
            <li key={stage.id} className={classes.step} data-passed={(passed && deal.status !== "lost") || undefined} data-here={here || undefined} data-closed={deal.status}>
              <button
                type="button"
                aria-disabled={!mayGo || undefined}
                aria-current={here ? "step" : undefined}
                onClick={() => mayGo && go(stage)}
                title={here && age !== null ? `${stage.name}: ${age} days` : stage.name}
                data-testid={`path-${stage.id}`}
              >
                {passed && deal.status !== "lost" && <CheckIcon size={13} />}
                <span className="clip">{stage.name}</span>
                {here && age !== null && <span className={`${classes.age} num`}>{shortAge(age)}</span>}
              </button>
            </li>
          );
        })}
      </ol>
      <Group gap={6} wrap="nowrap" className={classes.ends}>
        {deal.status === "open" ? (
          canWrite && (
            <>
              {won && (
                <Button size="xs" color="teal.9" leftSection={<TrophyIcon size={14} />} onClick={() => go(won)} data-testid="win">
                  Won
                </Button>
              )}
              {lost && (
                <Button size="xs" variant="default" leftSection={<LostIcon size={14} />} onClick={() => setLosing(true)} data-testid="lose">
                  Lost
                </Button>
              )}
            </>
          )
        ) : (
          <>
            <span className={classes.closed} data-closed={deal.status}>
              {deal.status === "won" ? <TrophyIcon size={15} /> : <LostIcon size={15} />}
              {current.name}
              {deal.lost_reason && deal.status === "lost" ? `: ${words(deal.lost_reason).toLowerCase()}` : ""}
            </span>
            {canWrite && open.length > 0 && (
              <Button size="xs" variant="default" leftSection={<UndoIcon size={13} />} onClick={() => go(open[open.length - 1]!)} data-testid="reopen">
                Reopen
              </Button>
            )}
          </>
        )}
      </Group>
      <LostDialog
        dealName={losing ? deal.name : null}
        onCancel={() => setLosing(false)}
        onLose={(lostReason, competitor) => {
          setLosing(false);
          if (lost) go(lost, { lostReason, competitor });
        }}
      />
    </div>
  );
}
