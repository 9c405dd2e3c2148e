// What a workflow does, action by action, in order.
import { ActionIcon, Button, MultiSelect, NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";

import type { Action, WorkflowParts } from "../api/types";
import { usePeople } from "../app/directory";
import { DEAL_TYPES, LIFECYCLE } from "../records/definitions";
import { words } from "../ui/format";
import { ArrowDownIcon, ArrowUpIcon, PlusIcon, TrashIcon } from "../ui/icons";
import classes from "./Builder.module.css";
import { sentence, subjectOf } from "./definition";
import { ACTIONS } from "./describe";

const labelled = (values: readonly string[]) => values.map((value) => ({ value, label: words(value) }));
const CHOICES: Record<string, { value: string; label: string }[]> = {
  priority: labelled(["low", "medium", "high"]),
  deal_type: labelled(DEAL_TYPES),
  stage: labelled(LIFECYCLE),
  by: [
    { value: "turns", label: "Turns" },
    { value: "least_busy", label: "The least busy" },
  ],
};
const ASSIGNING = [
  { value: "account_owner", label: "The account's owner" },
  { value: "territory", label: "By territory" },
  { value: "pool", label: "Somebody of the team" },
];
const LABELS: Record<string, string> = { due_in: "Due in", duration: "For", starts_in: "Starts in", title_of_many: "Title for an import", to: "To", pool: "Else somebody of", order: "In this order", by: "Chosen by", capacity: "Open deals at most", assignee: "For" };
const HINTS: Record<string, string> = { due_in: "30m, 2h, 7d", duration: "30m, 2h, 7d", starts_in: "30m, 2h, 7d", pool: "team:Sales", subject: "Fields in braces: {name}", title: "Fields in braces: {name}" };

interface Props {
  parts: WorkflowParts;
  event: string;
  actions: Action[];
  onChange: (actions: Action[]) => void;
}

export function ActionsEditor({ parts, event, actions, onChange }: Props) {
  const subject = subjectOf(parts, event);
  const fitting = parts.actions.filter((each) => each.only_for === null || each.only_for === subject);
  const set = (at: number, action: Action) => onChange(actions.map((each, place) => (place === at ? action : each)));
  const swap = (at: number) => onChange(actions.map((each, place) => (place === at ? actions[at + 1]! : place === at + 1 ? actions[at]! : each)));
  return (
    <div className={classes.steps}>
      {actions.map((action, at) => (
        <fieldset key={at} className={classes.step} data-testid={`action-${at}`}>
          <legend>Action {at + 1}</legend>
          <div className={classes.stepHead}>
            <Select aria-label={`Action ${at + 1}: what to do`} size="xs" w={220} allowDeselect={false} data={fitting.map((each) => ({ value: each.type, label: sentence(ACTIONS[each.type] ?? words(each.type)) }))} value={action.type} onChange={(type) => type && set(at, { type })} error={fitting.every((each) => each.type !== action.type) && "Not for this kind of record"} />
            <span className={classes.grow} />
            <ActionIcon aria-label={`Action ${at + 1}: earlier`} disabled={at === 0} onClick={() => swap(at - 1)}>
              <ArrowUpIcon size={14} />
            </ActionIcon>
            <ActionIcon aria-label={`Action ${at + 1}: later`} disabled={at === actions.length - 1} onClick={() => swap(at)}>
              <ArrowDownIcon size={14} />
            </ActionIcon>
            <ActionIcon aria-label={`Remove action ${at + 1}`} disabled={actions.length === 1} onClick={() => onChange(actions.filter((_, place) => place !== at))}>
              <TrashIcon size={14} />
            </ActionIcon>
          </div>
          <div className={classes.arguments}>
            <TextInput label="Only if" size="xs" placeholder="Always. Or: amount >= 100000" value={typeof action.only_if === "string" ? action.only_if : ""} onChange={(event) => set(at, { ...action, only_if: event.currentTarget.value })} className={classes.wide} data-testid={`only-if-${at}`} />
            {(parts.actions.find((each) => each.type === action.type)?.arguments ?? []).filter((name) => name !== "kind").map((name) => (
              <Argument key={name} name={name} value={action[name]} onChange={(value) => set(at, { ...action, [name]: value })} />
            ))}
          </div>
        </fieldset>
      ))}
      <div>
        <Button size="compact-xs" variant="default" leftSection={<PlusIcon size={13} />} disabled={actions.length === 20} onClick={() => onChange([...actions, { type: "notify", title: "{name}", to: ["owner"] }])} data-testid="add-action">
          Another action
        </Button>
      </div>
    </div>
  );
}

function Argument({ name, value, onChange }: { name: string; value: unknown; onChange: (value: unknown) => void }) {
  const { all } = usePeople();
  const people = all.filter((user) => user.is_active).map((user) => ({ value: user.id, label: user.name }));
  const label = LABELS[name] ?? words(name);
  const text = typeof value === "string" ? value : "";
  if (CHOICES[name]) return <Select label={label} size="xs" clearable data={CHOICES[name]} value={text || null} onChange={onChange} clearButtonProps={{ "aria-label": "Clear" }} />;
  if (name === "assignee") return <Select label={label} size="xs" searchable data={[{ value: "owner", label: "Who owns the record" }, ...people]} value={text || "owner"} onChange={onChange} />;
  if (name === "to") return <TagsInput label={label} size="xs" data={["owner", "manager", "admins", "team:"]} value={(value as string[] | undefined) ?? []} onChange={onChange} placeholder="owner, manager, team:Finance" splitChars={[","]} clearButtonProps={{ "aria-label": "Clear" }} />;
  if (name === "order") return <MultiSelect label={label} size="xs" clearable data={ASSIGNING} placeholder={value ? undefined : "Account's owner, territory, team"} value={(value as string[] | undefined) ?? []} onChange={onChange} clearButtonProps={{ "aria-label": "Clear" }} />;
  if (name === "capacity") return <NumberInput label={label} size="xs" min={1} max={10000} allowDecimal={false} placeholder="Any number" value={(value as number | undefined) ?? ""} onChange={(number) => onChange(number === "" ? undefined : Number(number))} hideControls />;
  if (name === "body") return <Textarea label={label} size="xs" autosize minRows={1} value={text} onChange={(event) => onChange(event.currentTarget.value)} className={classes.wide} />;
  return <TextInput label={label} size="xs" placeholder={HINTS[name]} value={text} onChange={(event) => onChange(event.currentTarget.value)} className={["subject", "title", "name"].includes(name) ? classes.wide : undefined} data-testid={`argument-${name}`} />;
}
