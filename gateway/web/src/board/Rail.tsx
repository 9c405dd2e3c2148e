// Won and lost, folded to a drop zone; a click unfolds the stage into a column of its deals.
import { Droppable } from "@hello-pangea/dnd";

import type { BoardStage } from "../api/types";
import { count, money } from "../ui/format";
import { LostIcon, TrophyIcon } from "../ui/icons";
import classes from "./Column.module.css";

interface RailProps {
  stage: BoardStage;
  active: boolean;
  canWrite: boolean;
  onExpand: () => void;
}

export function Rail({ stage, active, canWrite, onExpand }: RailProps) {
  const Shape = stage.kind === "won" ? TrophyIcon : LostIcon;
  return (
    <Droppable droppableId={stage.id} mode="virtual" renderClone={(provided) => <div ref={provided.innerRef} {...provided.draggableProps} />} isDropDisabled={!canWrite}>
      {(provided, snapshot) => (
        <section
          ref={provided.innerRef}
          {...provided.droppableProps}
          className={classes.rail}
          data-kind={stage.kind}
          data-active={active || undefined}
          data-over={snapshot.isDraggingOver || undefined}
          aria-label={`${stage.name}: ${stage.count} deals`}
          data-testid={`stage-${stage.id}`}
        >
          <button type="button" className={classes.railHead} onClick={onExpand} title={`Show the deals in ${stage.name}`}>
            <span className={classes.railName}>
              <Shape size={18} />
              {stage.name}
            </span>
            <span className={`${classes.railFigure} num`} data-testid={`count-${stage.id}`}>
              {count(stage.count)}
            </span>
            {stage.kind === "won" && stage.total && <span className={`${classes.railFigure} num`}>{money(stage.total, true)}</span>}
          </button>
          <div className={classes.railDrop} aria-hidden="true">
            {active ? (stage.kind === "won" ? "Drop to win" : "Drop to lose") : null}
          </div>
        </section>
      )}
    </Droppable>
  );
}
