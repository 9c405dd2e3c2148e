// Moving a deal between stages: shown at once, sent with the version that was read, undone with one click.
// When someone else changed the deal first, the card shows their state and a message says what changed.
import { useMutation } from "@tanstack/react-query";

import { deals as dealsApi, get } from "../api/client";
import { hasStatus } from "../api/problem";
import type { Board, BoardStage, Card, Deal } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { notifyProblem } from "../ui/Problem";
import { inform, toast } from "../ui/toast";
import { moveCard, patchCard } from "./arrange";
import { differences } from "./differences";

export interface Move {
  card: Card;
  from: Pick<BoardStage, "id" | "name" | "kind">;
  to: Pick<BoardStage, "id" | "name" | "kind">;
  index?: number;
  lostReason?: string;
  competitor?: string;
}

function onBoards(arrange: (board: Board) => Board): void {
  queryClient.setQueriesData<Board>({ queryKey: keys.boards }, (board) => board && arrange(board));
}

export function showMove({ card, to, index }: Move): void {
  void queryClient.cancelQueries({ queryKey: keys.boards });
  onBoards((board) => moveCard(board, card.id, to.id, index));
}

export function takeBack({ card, from }: Move): void {
  onBoards((board) => moveCard(board, card.id, from.id));
}

/** Which verb a move between two kinds of stage is. A closed deal keeps its stage: it is reopened first. */
function send({ card, from, to, lostReason, competitor }: Move): Promise<Deal> {
  if (from.kind !== "open") return dealsApi.reopen(card.id, card.version, to.id);
  if (to.kind === "won") return dealsApi.win(card.id, card.version);
  if (to.kind === "lost") return dealsApi.lose(card.id, card.version, lostReason ?? "other", competitor);
  return dealsApi.moveStage(card.id, card.version, to.id);
}

function done({ card, to }: Move): string {
  if (to.kind === "won") return `Won: ${card.name}`;
  if (to.kind === "lost") return `Lost: ${card.name}`;
  return `${card.name} is now in ${to.name}`;
}

export function useMove(): (move: Move) => void {
  const people = usePeople();
  const mutation = useMutation({
    mutationFn: send,
    onMutate: showMove,
    onSuccess: (deal, move) => {
      onBoards((board) => patchCard(board, known(deal)));
      const back = { card: { ...move.card, ...known(deal) }, from: move.to, to: move.from };
      toast(done(move), () => mutation.mutate(back));
    },
    onError: async (error, move) => {
      if (!hasStatus(error, 412)) {
        takeBack(move);
        notifyProblem(error, "The deal was not moved");
        return;
      }
      const fresh = await get("deals", move.card.id).catch(() => null);
      takeBack(move);
      if (fresh) onBoards((board) => patchCard(board, known(fresh)));
      const what = fresh ? differences(move.card, fresh, people.name) : "";
      inform("Someone else changed this deal first", `${move.card.name}: ${what || "it has a newer version"}. Your move was not made.`);
    },
    onSettled: (_deal, _error, move) => {
      void queryClient.invalidateQueries({ queryKey: keys.boards });
      void queryClient.invalidateQueries({ queryKey: keys.record(move.card.id) });
      void queryClient.invalidateQueries({ queryKey: keys.lists("deals") });
    },
  });
  return mutation.mutate;
}

/** What the answer says about a deal, without fields the answer may leave out. */
function known(deal: Deal): Partial<Deal> & { id: string } {
  return Object.fromEntries(Object.entries(deal).filter(([, value]) => value !== undefined)) as Deal;
}
