// The way to move a deal without dragging it.
import { ActionIcon, Menu } from "@mantine/core";

import type { BoardStage, Card } from "../api/types";
import { LostIcon, MoreIcon, TrophyIcon } from "../ui/icons";
import classes from "./MoveMenu.module.css";

interface MoveMenuProps {
  card: Card;
  stages: BoardStage[];
  onMove: (card: Card, to: BoardStage) => void;
}

const MARKS = { open: null, won: <TrophyIcon size={14} />, lost: <LostIcon size={14} /> };

export function MoveMenu({ card, stages, onMove }: MoveMenuProps) {
  const closed = card.status !== "open";
  return (
    <Menu width={200} withinPortal>
      <Menu.Target>
        <ActionIcon className={classes.button} size={22} aria-label={`Move ${card.name}`} data-testid={`move-${card.id}`}>
          <MoreIcon size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{closed ? "Reopen in" : "Move to"}</Menu.Label>
        {stages
          .filter((stage) => stage.id !== card.stage_id && (!closed || stage.kind === "open"))
          .map((stage) => (
            <Menu.Item
              key={stage.id}
              leftSection={MARKS[stage.kind]}
              onClick={() => onMove(card, stage)}
              data-testid={`move-to-${stage.id}`}
            >
              {stage.name}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
