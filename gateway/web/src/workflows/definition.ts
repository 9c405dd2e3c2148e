// What a workflow does, while somebody puts it together.
import type { Action, Trigger, WorkflowDefinition, WorkflowParts } from "../api/types";
import { words } from "../ui/format";
import { eventInWords } from "./describe";

export const BLANK: WorkflowDefinition = {
  trigger: { event: "deal.stage_moved.v1", stage: "Proposal" },
  filter: null,
  actions: [{ type: "create_task", subject: "Follow up: {name}", due_in: "2h" }],
};

export const THRESHOLDS = [
  { value: "falls_below", label: "falls below" },
  { value: "rises_above", label: "rises above" },
  { value: "reaches", label: "reaches" },
];

export const subjectOf = (parts: WorkflowParts, event: string) => parts.triggers.find((each) => each.event === event)?.subject ?? "";

export const fieldsOf = (parts: WorkflowParts, event: string) => parts.subjects.find((each) => each.name === subjectOf(parts, event))?.fields ?? [];

/** The events that can start a workflow, by the kind of record that they are about. */
export function eventChoices(parts: WorkflowParts) {
  const subjects = [...new Set(parts.triggers.map((each) => each.subject))];
  return subjects.map((subject) => ({
    group: words(subject),
    items: parts.triggers.filter((each) => each.subject === subject).map((each) => ({ value: each.event, label: sentence(eventInWords(each.event)) })),
  }));
}

export const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A trigger or an action without what is empty: the server refuses words that say nothing. */
export function trimmed<T extends Trigger | Action>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, said]) => said !== "" && said !== undefined && !(Array.isArray(said) && said.length === 0))) as T;
}

export const cleaned = (definition: WorkflowDefinition): WorkflowDefinition => ({
  trigger: trimmed(definition.trigger),
  filter: definition.filter?.trim() || null,
  actions: definition.actions.map(trimmed),
});
