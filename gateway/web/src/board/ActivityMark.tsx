// When the next activity of a deal is due, as a shape and a colour: overdue, today, later, nothing planned.
import { day } from "../ui/format";
import { AlertIcon, ArrowRightIcon, CheckIcon, WarningIcon, type Icon } from "../ui/icons";
import classes from "./ActivityMark.module.css";

type Due = "overdue" | "today" | "later" | "none";

export function dueState(at: string | null, now = new Date()): Due {
  if (!at) return "none";
  const due = new Date(at);
  const wholeDay = due.getHours() === 0 && due.getMinutes() === 0;
  if (due.toDateString() === now.toDateString()) return due >= now || wholeDay ? "today" : "overdue";
  return due < now ? "overdue" : "later";
}

const SHAPES: Record<Due, Icon> = { overdue: AlertIcon, today: CheckIcon, later: ArrowRightIcon, none: WarningIcon };

function say(due: Due, at: string | null): string {
  if (due === "none") return "No activity planned";
  if (due === "today") return "Activity due today";
  return due === "overdue" ? `Activity overdue since ${day(at)}` : `Next activity ${day(at)}`;
}

export function ActivityMark({ at }: { at: string | null }) {
  const due = dueState(at);
  const Shape = SHAPES[due];
  const label = say(due, at);
  return (
    <span className={classes.mark} data-due={due} role="img" aria-label={label} title={label}>
      <Shape size={due === "none" || due === "overdue" ? 15 : 10} strokeWidth={due === "none" || due === "overdue" ? 2 : 3} />
    </span>
  );
}
