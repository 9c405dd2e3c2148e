// The way to move a deal without dragging it. The menu itself is made when it is first opened: a board has hundreds
// of cards, and most are never moved this way.
import { ActionIcon, Menu } from "@mantine/core";
import { useState } from "react";

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
  const [wanted, setWanted] = useState(false);
  const naming = { "aria-label": `Move ${card.name}`, "data-testid": `move-${card.id}` };
  if (!wanted) {
    return (
      <button type="button" className={classes.button} aria-haspopup="menu" aria-expanded={false} onClick={() => setWanted(true)} {...naming}>
        <MoreIcon size={15} />
      </button>
    );
  }
  const closed = card.status !== "open";
  return (
    <Menu width={200} withinPortal defaultOpened>
      <Menu.Target>
        <ActionIcon className={classes.button} size={24} {...naming}>
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
