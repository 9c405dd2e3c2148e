// A workflow in a sentence, for those that do not bring their own description.
import type { Action, Trigger, WorkflowDefinition } from "../api/types";
import { words } from "../ui/format";

export const EVENTS: Record<string, string> = {
  "deal.stage_moved.v1": "a deal enters a stage",
  "deal.won.v1": "a deal is won",
  "deal.lost.v1": "a deal is lost",
  "deal.created.v1": "a deal is opened",
  "deal.stalled.v1": "a deal has had no activity for a week",
  "quality.properties_changed.v1": "the quality of the data changes",
  "signal.created.v1": "a signal comes in",
  "signal.properties_changed.v1": "somebody gives a signal",
  "contract.created.v1": "a contract begins",
  "contract.properties_changed.v1": "a contract changes",
  "contract.arr_moved.v1": "a contract brings more or less a year",
  "contract.renewal_due.v1": "a contract renews in 120 days",
  "contract.review_due.v1": "a contract renews in 90 days",
  "contract.lapsed.v1": "a contract is neither renewed nor cancelled in time",
  "contract.anniversary.v1": "a contract has run for another year",
  "contract.renewed.v1": "a contract is renewed",
  "contract.cancelled.v1": "a contract is cancelled",
  "approval.created.v1": "the approval of a discount is asked for",
  "approval.properties_changed.v1": "the approval of a discount changes hands",
  "approval.approved.v1": "a discount is approved",
  "approval.rejected.v1": "a discount is rejected",
  "approval.recalled.v1": "the request for an approval is recalled",
  "call.missed.v1": "a call is missed",
  "lead.created.v1": "a lead comes in",
  "contact.created.v1": "a contact is added",
  "task.due.v1": "a task is due",
  "job.completed.v1": "a job is done",
  "job.failed.v1": "a job fails",
  "account.created.v1": "an account is added",
  "account.enrolled.v1": "an account is taken up: by date, schedule or hand",
  "contact.enrolled.v1": "a contact is taken up: by date, schedule or hand",
  "lead.enrolled.v1": "a lead is taken up: by date, schedule or hand",
  "deal.enrolled.v1": "a deal is taken up: by date, schedule or hand",
  "contract.enrolled.v1": "a contract is taken up: by date, schedule or hand",
  "activity.enrolled.v1": "an activity is taken up: by date, schedule or hand",
};

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

export const isEnrollment = (trigger: Trigger): boolean => trigger.event.endsWith(".enrolled.v1");

/** When a workflow takes records up: "7 days before expected close on, from 08:00 on". */
export function takingUp(trigger: Trigger): string {
  const at = (trigger.at as string | undefined) ?? "08:00";
  const on = (trigger.on as number | undefined) ?? 1;
  if (trigger.by === "hand") return "when somebody chooses it";
  if (trigger.by === "date") {
    const days = (trigger.days as number | undefined) ?? 0;
    const distance = days === 0 ? "on the day of" : `${Math.abs(days)} ${Math.abs(days) === 1 ? "day" : "days"} ${days < 0 ? "before" : "after"}`;
    return `${distance} ${words(String(trigger.field ?? "its date")).toLowerCase()}, from ${at} on`;
  }
  const day = trigger.every === "week" ? `every ${WEEKDAYS[on - 1]}` : trigger.every === "month" ? `on day ${on} of every month` : "every day";
  return `${day} at ${at}`;
}

export const ACTIONS: Record<string, string> = {
  create_task: "make a task",
  create_meeting: "plan a meeting",
  create_deal: "open a deal",
  open_renewal: "open the renewal deal",
  assign_owner: "assign an owner",
  set_lifecycle: "set the lifecycle stage",
  notify: "send a notification",
  wait: "wait",
};

export function eventInWords(event: string): string {
  if (EVENTS[event]) return EVENTS[event];
  const [noun = "", past = ""] = event.split(".");
  return `${words(noun).toLowerCase()} ${words(past).toLowerCase()}`;
}

function actionInWords(action: Action): string {
  if (action.type === "wait") return `wait ${String(action.duration)}`;
  const said = action.subject ?? action.title;
  const subject = typeof said === "string" ? ` “${said}”` : "";
  return (ACTIONS[action.type] ?? words(action.type).toLowerCase()) + subject;
}

export function describe(workflow: WorkflowDefinition & { description?: string | null }): string {
  if (workflow.description) return workflow.description;
  const condition = workflow.filter ? ` and ${workflow.filter}` : "";
  const actions = workflow.actions.map(actionInWords).join(", then ") || "do nothing yet";
  const start = isEnrollment(workflow.trigger)
    ? `Takes up each ${words(workflow.trigger.event.split(".")[0]!).toLowerCase()} ${takingUp(workflow.trigger)}`
    : `When ${eventInWords(workflow.trigger.event)}`;
  return `${start}${condition}: ${actions}.`;
}
