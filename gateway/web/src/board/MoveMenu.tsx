// The way to move a deal without dragging it, and to log something about it. The menu itself is made when it is first opened: a board has hundreds
// of cards, and most are never moved this way.
import { ActionIcon, Menu } from "@mantine/core";
import { useState } from "react";

import type { BoardStage, Card } from "../api/types";
import { openDialog } from "../app/dialogs";
import { LostIcon, MoreIcon, NoteIcon, PhoneIcon, TaskIcon, TrophyIcon } from "../ui/icons";
import classes from "./MoveMenu.module.css";

interface MoveMenuProps {
  card: Card;
  stages: BoardStage[];
  onMove: (card: Card, to: BoardStage) => void;
}

const LOGS = [
  ["call", "Log a call", PhoneIcon],
  ["note", "Add a note", NoteIcon],
  ["task", "Add a task", TaskIcon],
] as const;
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
        <Menu.Divider />
        {LOGS.map(([kind, label, Shape]) => (
          <Menu.Item
            key={kind}
            leftSection={<Shape size={14} />}
            onClick={() => openDialog({ name: "log", kind, about: { id: card.id, name: card.name } })}
            data-testid={`card-log-${kind}`}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
