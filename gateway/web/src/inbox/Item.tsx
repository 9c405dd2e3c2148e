// One notification: what happened, to which records, when; unread ones carry a dot and heavier text.
import { type ReactNode } from "react";
import { Link } from "react-router";

import type { Notification } from "../api/types";
import { addressOf } from "../records/names";
import { ago, instant } from "../ui/format";
import {
  AlertIcon, BellIcon, CheckIcon, ClockIcon, DealIcon, ImportIcon, LostIcon, PhoneIcon, TaskIcon, TrophyIcon, WorkflowIcon, type Icon,
} from "../ui/icons";
import classes from "./Inbox.module.css";

const ICONS: Record<string, Icon> = {
  task_assigned: TaskIcon,
  task_due: ClockIcon,
  record_assigned: CheckIcon,
  deal_won: TrophyIcon,
  deal_lost: LostIcon,
  deal_stalled: ClockIcon,
  customer_at_risk: AlertIcon,
  contract_lapsed: AlertIcon,
  large_deal: DealIcon,
  buying_signal: TrophyIcon,
  lead_qualified: TrophyIcon,
  data_quality: AlertIcon,
  approval_requested: AlertIcon,
  discount_approved: CheckIcon,
  discount_rejected: LostIcon,
  missed_call: PhoneIcon,
  job_completed: ImportIcon,
  job_failed: AlertIcon,
  workflow: WorkflowIcon,
};

interface ItemProps {
  row: Notification;
  isNewDay: boolean;
  isActive: boolean;
  onOpen: (row: Notification) => void;
  onFocus: (id: string) => void;
  children: ReactNode;
}

export function Item({ row, isNewDay, isActive, onOpen, onFocus, children }: ItemProps) {
  const Shape = ICONS[row.kind] ?? BellIcon;
  const links = row.records.filter((record) => record.label && addressOf(record.id));
  return (
    <>
      {isNewDay && <li className={classes.day}>{dayName(row.created_at)}</li>}
      <li
        className={classes.item}
        data-unread={row.read_at ? undefined : true}
        data-active={isActive || undefined}
        data-testid={`notification-${row.id}`}
        onFocus={() => onFocus(row.id)}
      >
        <span className={classes.mark} data-kind={row.kind}>
          <Shape size={15} />
        </span>
        <div className={classes.what}>
          <button type="button" className={classes.open} data-open={row.id} onClick={() => onOpen(row)}>
            {!row.read_at && <span className={classes.dot} role="img" aria-label="Unread" />}
            {row.title}
          </button>
          {row.body && <div className={classes.body}>{row.body}</div>}
          {links.length > 0 && (
            <div className={classes.records}>
              {links.slice(0, 4).map((record) => (
                <Link key={record.id} to={addressOf(record.id)!} className={classes.record}>
                  {record.label}
                </Link>
              ))}
              {links.length > 4 && <span>and {links.length - 4} more</span>}
            </div>
          )}
        </div>
        <time className={`${classes.at} num`} dateTime={row.happened_at} title={instant(row.happened_at)}>
          {ago(row.happened_at)}
        </time>
        <div className={classes.actions}>{children}</div>
      </li>
    </>
  );
}

function dayName(at: string): string {
  const day = new Date(at);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === today.toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return day.toLocaleDateString(navigator.language, { weekday: "long", day: "numeric", month: "long" });
}
