// One stage: its name, counts and sums above, its deals below. Only the cards in view are in the page, so a
// stage with thousands of deals scrolls like one with ten.
import { Draggable, Droppable, type DraggableChildrenFn, type DroppableProvided, type DroppableStateSnapshot } from "@hello-pangea/dnd";
import { Anchor } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useEffect, useRef } from "react";
import { Link } from "react-router";

import type { BoardStage, Card } from "../api/types";
import { count } from "../ui/format";
import { ChevronRightIcon } from "../ui/icons";
import classes from "./Column.module.css";
import { DealCard } from "./DealCard";
import { Sums } from "./Sums";

export const CARD_HEIGHT = 88;
const STEP = CARD_HEIGHT + 8;

export interface ColumnProps {
  stage: BoardStage;
  stages: BoardStage[];
  canWrite: boolean;
  onMove: (card: Card, to: BoardStage) => void;
  onNearEnd: () => void;
  /** Where the rest of this stage is listed, once the board shows all it can. */
  listAddress: string | null;
  onCollapse?: () => void;
}

export const Column = memo(function Column(props: ColumnProps) {
  const { stage, stages, canWrite, onMove, onCollapse } = props;
  const clone: DraggableChildrenFn = useCallback(
    (provided, snapshot, rubric) => {
      const card = stage.deals[rubric.source.index];
      return card ? (
        <DealCard card={card} stages={stages} onMove={onMove} provided={provided} snapshot={snapshot} canWrite={canWrite} />
      ) : (
        <div ref={provided.innerRef} {...provided.draggableProps} />
      );
    },
    [stage.deals, stages, onMove, canWrite],
  );
  return (
    <section className={classes.column} aria-label={`${stage.name}: ${stage.count} deals`} data-kind={stage.kind} data-testid={`stage-${stage.id}`}>
      <header className={classes.head}>
        <div className={classes.line}>
          <h2 className={`${classes.name} clip`}>{stage.name}</h2>
          <span className={`${classes.count} num`} data-testid={`count-${stage.id}`}>
            {count(stage.count)}
          </span>
          {onCollapse && (
            <button type="button" className={classes.collapse} onClick={onCollapse} aria-label={`Collapse ${stage.name}`}>
              <ChevronRightIcon size={15} />
            </button>
          )}
        </div>
        <Sums stage={stage} anyMissing={stages.some((each) => each.rows_without_amount > 0 && each.kind === "open")} />
      </header>
      <Droppable droppableId={stage.id} mode="virtual" renderClone={clone} isDropDisabled={!canWrite}>
        {(provided, snapshot) => <Cards {...props} provided={provided} snapshot={snapshot} />}
      </Droppable>
    </section>
  );
});

interface CardsProps extends ColumnProps {
  provided: DroppableProvided;
  snapshot: DroppableStateSnapshot;
}

function Cards({ stage, stages, canWrite, onMove, onNearEnd, listAddress, provided, snapshot }: CardsProps) {
  const scroller = useRef<HTMLDivElement | null>(null);
  const rows = useVirtualizer({
    count: stage.deals.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => STEP,
    getItemKey: (index) => stage.deals[index]?.id ?? index,
    overscan: 6,
    paddingStart: 2,
    paddingEnd: 8,
  });
  const items = rows.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const nearEnd = stage.has_more && last >= stage.deals.length - 8;
  useEffect(() => {
    if (nearEnd) onNearEnd();
  }, [nearEnd, onNearEnd, stage.deals.length]);

  return (
    <div
      ref={(node) => {
        scroller.current = node;
        provided.innerRef(node);
      }}
      {...provided.droppableProps}
      className={classes.cards}
      data-over={snapshot.isDraggingOver || undefined}
    >
      <div className={classes.rows} style={{ height: rows.getTotalSize() + (snapshot.isUsingPlaceholder ? STEP : 0) }}>
        {items.map((item) => {
          const card = stage.deals[item.index]!;
          return (
            <Draggable key={card.id} draggableId={card.id} index={item.index} isDragDisabled={!canWrite}>
              {(drag, dragSnapshot) => (
                <DealCard
                  card={card}
                  stages={stages}
                  onMove={onMove}
                  provided={drag}
                  snapshot={dragSnapshot}
                  canWrite={canWrite}
                  style={{ position: "absolute", top: item.start, left: 0, right: 0 }}
                />
              )}
            </Draggable>
          );
        })}
      </div>
      {stage.count === 0 && !snapshot.isDraggingOver && <p className={classes.none}>No deals in this stage</p>}
      {stage.has_more && listAddress && (
        <Anchor component={Link} to={listAddress} className={classes.rest}>
          All {count(stage.count)} in the list
        </Anchor>
      )}
    </div>
  );
}
