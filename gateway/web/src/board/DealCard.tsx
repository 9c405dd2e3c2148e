// One deal on the board: name, account, amount, owner, how long it has been in its stage, what is next.
import type { DraggableProvided, DraggableStateSnapshot } from "@hello-pangea/dnd";
import { memo, type CSSProperties, type KeyboardEvent } from "react";
import { Link, useNavigate } from "react-router";

import type { BoardStage, Card } from "../api/types";
import { daysSince, money, shortAge } from "../ui/format";
import { HourglassIcon } from "../ui/icons";
import { Initials } from "../ui/Person";
import { ActivityMark } from "./ActivityMark";
import classes from "./DealCard.module.css";
import { MoveMenu } from "./MoveMenu";

interface DealCardProps {
  card: Card;
  stages: BoardStage[];
  onMove: (card: Card, to: BoardStage) => void;
  provided: DraggableProvided;
  snapshot: DraggableStateSnapshot;
  style?: CSSProperties;
  canWrite: boolean;
}

export const DealCard = memo(function DealCard({ card, stages, onMove, provided, snapshot, style, canWrite }: DealCardProps) {
  const navigate = useNavigate();
  const age = daysSince(card.stage_entered_at);
  const open = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    event.preventDefault();
    navigate(`/deals/${card.id}`);
  };
  const amount = card.amount ? money(card.amount) : "No amount";
  return (
    <article
      ref={provided.innerRef}
      {...provided.draggableProps}
      {...provided.dragHandleProps}
      role="group"
      aria-roledescription="Deal card"
      aria-label={`${card.name}, ${card.account_name ?? "no account"}, ${amount}`}
      className={classes.card}
      style={{ ...provided.draggableProps.style, ...style }}
      data-rotting={card.is_rotting || undefined}
      data-dragging={snapshot.isDragging || undefined}
      data-record={card.id}
      data-name={card.name}
      data-testid={`deal-${card.id}`}
      onKeyDown={open}
    >
      <div className={classes.top}>
        <Link to={`/deals/${card.id}`} className={`${classes.name} clip`} tabIndex={-1} draggable={false} title={card.name}>
          {card.name}
        </Link>
        {canWrite && <MoveMenu card={card} stages={stages} onMove={onMove} />}
      </div>
      <div className={`${classes.account} clip`}>{card.account_name ?? "No account"}</div>
      <div className={classes.foot}>
        <span className={`${classes.amount} num`} data-missing={card.amount ? undefined : true}>
          {amount}
        </span>
        <span className={classes.right}>
          {age !== null && (
            <span
              className={`${classes.age} num`}
              data-rotting={card.is_rotting || undefined}
              title={card.is_rotting ? `${age} days in this stage: too long` : `${age} ${age === 1 ? "day" : "days"} in this stage`}
            >
              {card.is_rotting && <HourglassIcon size={11} label="Rotting" />}
              {shortAge(age)}
            </span>
          )}
          {card.status === "open" && <ActivityMark at={card.next_activity_at} />}
          <Initials name={card.owner_name} size={21} />
        </span>
      </div>
    </article>
  );
});
