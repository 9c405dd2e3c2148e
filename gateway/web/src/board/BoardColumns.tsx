// The columns side by side and the drag between them, by mouse, touch or keyboard.
import { DragDropContext, type DragStart, type DropResult, type ResponderProvided } from "@hello-pangea/dnd";
import { useCallback, useRef, useState } from "react";

import type { Board, BoardStage, Card } from "../api/types";
import { holdBoard } from "../app/liveUpdates";
import { allOf, quote } from "../ui/filter";
import { inform } from "../ui/toast";
import classes from "./BoardColumns.module.css";
import { Column } from "./Column";
import { LostDialog } from "./LostDialog";
import { Rail } from "./Rail";
import { showMove, takeBack, useMove, type Move } from "./useMove";

interface BoardColumnsProps {
  board: Board;
  filter: string;
  canWrite: boolean;
  canLoadMore: boolean;
  onNearEnd: () => void;
}

/** Moved by keyboard, a card keeps the focus in its new column. */
function focusCard(dealId: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="deal-${dealId}"]`)?.focus({ preventScroll: true }), 60);
}

export function BoardColumns({ board: newest, filter, canWrite, canLoadMore, onNearEnd }: BoardColumnsProps) {
  const move = useMove();
  const [dragging, setDragging] = useState(false);
  // What arrives while a card is held is shown when it is let go: columns must not change under it.
  const held = useRef(newest);
  if (!dragging) held.current = newest;
  const board = held.current;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [losing, setLosing] = useState<Move | null>(null);

  const start = useCallback(
    (card: Card, from: BoardStage, to: BoardStage, index?: number) => {
      if (from.kind !== "open" && to.kind !== "open") {
        inform("A closed deal keeps its stage", `Move ${card.name} to an open stage first; that reopens it.`);
        return;
      }
      if (to.kind === "lost") {
        const asked: Move = { card, from, to, index };
        showMove(asked);
        setLosing(asked);
        return;
      }
      move({ card, from, to, index });
    },
    [move],
  );

  const onMenu = useCallback(
    (card: Card, to: BoardStage) => {
      const from = board.stages.find((stage) => stage.id === card.stage_id);
      if (from) start(card, from, to, 0);
    },
    [board.stages, start],
  );

  const onDragStart = (_start: DragStart, provided: ResponderProvided) => {
    holdBoard(true);
    setDragging(true);
    provided.announce("Picked up. Use the arrow keys to move it, Space to drop it, Escape to let go.");
  };
  const onDragEnd = ({ source, destination, draggableId, mode }: DropResult, provided: ResponderProvided) => {
    holdBoard(false);
    setDragging(false);
    if (!destination || destination.droppableId === source.droppableId) return;
    const from = board.stages.find((stage) => stage.id === source.droppableId);
    const to = board.stages.find((stage) => stage.id === destination.droppableId);
    const card = from?.deals.find((each) => each.id === draggableId);
    if (!from || !to || !card) return;
    provided.announce(`${card.name} dropped in ${to.name}.`);
    start(card, from, to, destination.index);
    if (mode === "SNAP") focusCard(card.id);
  };

  const toggle = (id: string) => {
    setUnfolded((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
    setTimeout(() => document.querySelector(`[data-testid="stage-${id}"]`)?.scrollIntoView({ inline: "end", block: "nearest" }), 30);
  };

  const isRail = (stage: BoardStage) => stage.kind !== "open" && !unfolded.has(stage.id);
  return (
    <>
      <DragDropContext onDragStart={onDragStart} onDragEnd={onDragEnd} dragHandleUsageInstructions="Press Space to pick this deal up, Enter to open it.">
        <div className={classes.board} data-testid="board">
          <div className={classes.columns}>
            {board.stages.filter((stage) => !isRail(stage)).map((stage) => (
              <Column
                key={stage.id}
                stage={stage}
                stages={board.stages}
                canWrite={canWrite}
                onMove={onMenu}
                onNearEnd={onNearEnd}
                onCollapse={stage.kind === "open" ? undefined : () => toggle(stage.id)}
                listAddress={canLoadMore ? null : `/deals?${new URLSearchParams({ filter: allOf(`stage_id = ${quote(stage.id)}`, filter) })}`}
              />
            ))}
          </div>
          {board.stages.some(isRail) && (
            <div className={classes.rails}>
              {board.stages.filter(isRail).map((stage) => (
                <Rail key={stage.id} stage={stage} active={dragging} canWrite={canWrite} onExpand={() => toggle(stage.id)} />
              ))}
            </div>
          )}
        </div>
      </DragDropContext>
      <LostDialog
        dealName={losing?.card.name ?? null}
        onCancel={() => {
          if (losing) takeBack(losing);
          setLosing(null);
        }}
        onLose={(lostReason, competitor) => {
          if (losing) move({ ...losing, lostReason, competitor });
          setLosing(null);
        }}
      />
    </>
  );
}
