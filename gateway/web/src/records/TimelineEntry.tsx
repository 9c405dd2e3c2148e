// One line of the timeline.
import { Badge } from "@mantine/core";
import { Link } from "react-router";

import type { Activity, ActivityKind, TimelineEvent, TimelineItem } from "../api/types";
import { usePeople, useStages } from "../app/directory";
import { day, duration, eventName, instant, money, shortInstant, words } from "../ui/format";
import { CalendarIcon, HistoryIcon, MailIcon, NoteIcon, PhoneIcon, TaskIcon, WorkflowIcon, type Icon } from "../ui/icons";
import { useRecordName, addressOf } from "./names";
import { TaskCheckbox } from "./TaskCheckbox";
import classes from "./Timeline.module.css";

const ICONS: Record<ActivityKind, Icon> = { note: NoteIcon, call: PhoneIcon, email: MailIcon, meeting: CalendarIcon, task: TaskIcon };

export function TimelineEntry({ item, newDay }: { item: TimelineItem; newDay: boolean }) {
  return (
    <>
      {newDay && <li className={classes.day}>{day(localDay(item.at))}</li>}
      {item.activity ? <ActivityEntry activity={item.activity} at={item.at} /> : item.event ? <EventEntry event={item.event} at={item.at} /> : null}
    </>
  );
}

function localDay(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function ActivityEntry({ activity, at }: { activity: Activity; at: string }) {
  const people = usePeople();
  const Shape = ICONS[activity.kind];
  const isTask = activity.kind === "task";
  const isDone = activity.status === "completed";
  const facts = [
    activity.direction && words(activity.direction),
    activity.outcome && words(activity.outcome),
    activity.duration_seconds ? duration(activity.duration_seconds) : null,
    isTask && activity.due_at ? `due ${shortInstant(activity.due_at)}` : null,
    isTask && activity.priority ? `${activity.priority} priority` : null,
  ].filter(Boolean);
  const author = people.name(activity.owner_id);
  return (
    <li className={classes.entry} data-kind={activity.kind} data-testid={`activity-${activity.id}`}>
      <span className={classes.mark}>
        <Shape size={14} label={words(activity.kind)} />
      </span>
      <div className={classes.box}>
        <div className={classes.head}>
          {isTask && <TaskCheckbox task={activity} />}
          <span className={classes.subject} data-done={isDone || undefined}>
            {activity.subject}
          </span>
          {activity.origin === "automation" && (
            <Badge color="gray" flex="none" leftSection={<WorkflowIcon size={11} />}>
              By a workflow
            </Badge>
          )}
          <time className={`${classes.at} num`} dateTime={at} title={instant(at)}>
            {time(at)}
          </time>
          <Link className={classes.ledger} to={`/ledger/${activity.id}`} title="Ledger: what it caused, and why">
            <HistoryIcon size={13} label={`Ledger of ${activity.subject}`} />
          </Link>
        </div>
        {(facts.length > 0 || author) && <div className={classes.facts}>{[author, ...facts].filter(Boolean).join(" · ")}</div>}
        {activity.body && <div className={classes.body}>{activity.body}</div>}
      </div>
    </li>
  );
}

function EventEntry({ event, at }: { event: TimelineEvent; at: string }) {
  const people = usePeople();
  const changes = Object.entries(event.changes ?? {}).filter(([name]) => !HIDDEN.has(name));
  const actor = people.name(event.actor_id) ?? (event.actor_id?.startsWith("system") ? "Automation" : null);
  return (
    <li className={classes.entry} data-kind="event">
      <span className={classes.mark}>
        <HistoryIcon size={13} label="Change" />
      </span>
      <div className={classes.quiet}>
        <span>
          {actor && <strong>{actor} · </strong>}
          {event.summary ?? eventName(event.type)}
          {!event.summary &&
            changes.slice(0, 6).map(([name, change]) => (
              <span key={name} className={classes.change}>
                {words(name.replace(/_id$/, ""))}: <Said name={name} value={change?.[0]} /> → <Said name={name} value={change?.[1]} />
              </span>
            ))}
        </span>
        <time className={`${classes.at} num`} dateTime={at} title={instant(at)}>
          {time(at)}
        </time>
      </div>
    </li>
  );
}

/** Follows from other changes, and only repeats them. */
const HIDDEN = new Set(["version", "updated_at", "status", "stage_entered_at", "probability", "forecast_category", "closed_on"]);

function Said({ name, value }: { name: string; value: unknown }) {
  const people = usePeople();
  const stages = useStages();
  const id = typeof value === "string" && /_id$/.test(name) ? value : null;
  const label = useRecordName(id && addressOf(id) ? id : null);
  if (value === null || value === undefined || value === "") return <em>empty</em>;
  if (id && name === "stage_id") return <>{stages.get(id)?.name ?? id}</>;
  if (id && name === "owner_id") return <>{people.name(id) ?? id}</>;
  if (id && addressOf(id)) return <Link to={addressOf(id)!}>{label ?? id}</Link>;
  if (typeof value === "object" && "amount" in value && "currency" in value) return <>{money(value as { amount: string; currency: string })}</>;
  if (Array.isArray(value)) return <>{value.join(", ") || "empty"}</>;
  if (typeof value === "string" && /_on$/.test(name)) return <>{day(value)}</>;
  if (typeof value === "string" && /_at$/.test(name)) return <>{instant(value)}</>;
  return <>{typeof value === "object" ? JSON.stringify(value) : String(value)}</>;
}

function time(at: string): string {
  return new Date(at).toLocaleTimeString(navigator.language, { hour: "2-digit", minute: "2-digit" });
}
