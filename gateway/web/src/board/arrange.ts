// Pure changes to a board held in the cache: move a card, replace a card. Counts and sums follow at once, so
// that a move is seen before the server has answered; the server's own figures replace them afterwards.
import type { Board, BoardStage, Card, Deal } from "../api/types";
import { plus } from "../ui/decimal";

export function findCard(board: Board, dealId: string): { card: Card; stage: BoardStage } | null {
  for (const stage of board.stages) {
    const card = stage.deals.find((each) => each.id === dealId);
    if (card) return { card, stage };
  }
  return null;
}

function without(stage: BoardStage, card: Card): BoardStage {
  return {
    ...stage,
    deals: stage.deals.filter((each) => each.id !== card.id),
    count: stage.count - 1,
    total: plus(stage.total, card.amount, -100),
    weighted: plus(stage.weighted, card.amount, -stage.probability),
    rows_without_amount: stage.rows_without_amount - (card.amount ? 0 : 1),
  };
}

function having(stage: BoardStage, card: Card, index: number): BoardStage {
  const deals = [...stage.deals];
  deals.splice(Math.max(0, Math.min(index, deals.length)), 0, card);
  return {
    ...stage,
    deals,
    count: stage.count + 1,
    total: plus(stage.total, card.amount, 100),
    weighted: plus(stage.weighted, card.amount, stage.probability),
    rows_without_amount: stage.rows_without_amount + (card.amount ? 0 : 1),
  };
}

/** The board after a deal has gone to another stage; the same board when it is not there or already in place. */
export function moveCard(board: Board, dealId: string, toStageId: string, index = 0): Board {
  const found = findCard(board, dealId);
  const target = board.stages.find((stage) => stage.id === toStageId);
  if (!found || !target || found.stage.id === toStageId) return board;
  const moved: Card = {
    ...found.card,
    stage_id: toStageId,
    status: target.kind,
    probability: target.probability,
    stage_entered_at: new Date().toISOString(),
    is_rotting: false,
  };
  return {
    ...board,
    stages: board.stages.map((stage) => {
      if (stage.id === found.stage.id) return without(stage, found.card);
      if (stage.id === toStageId) return having(stage, moved, index);
      return stage;
    }),
  };
}

/** The board with a newer state of one deal; what only the board knows (names, next activity) is kept. */
export function patchCard(board: Board, deal: Partial<Deal> & { id: string }): Board {
  const found = findCard(board, deal.id);
  if (!found) return board;
  if (deal.version !== undefined && deal.version < found.card.version) return board;
  const placed = deal.stage_id ? moveCard(board, deal.id, deal.stage_id) : board;
  return {
    ...placed,
    stages: placed.stages.map((stage) =>
      stage.deals.some((each) => each.id === deal.id)
        ? { ...stage, deals: stage.deals.map((each) => (each.id === deal.id ? { ...each, ...deal } : each)) }
        : stage,
    ),
  };
}
