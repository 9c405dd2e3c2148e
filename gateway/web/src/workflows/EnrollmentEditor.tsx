// By which way a workflow takes records up: by a date they have, by a schedule, or because somebody chooses them.
import { NumberInput, Select, TextInput } from "@mantine/core";

import type { SchemaField, Trigger } from "../api/types";
import { words } from "../ui/format";
import { WEEKDAYS } from "./describe";

const WAYS = [
  { value: "date", label: "By a date" },
  { value: "schedule", label: "By a schedule" },
  { value: "hand", label: "By hand" },
];
const SIDES = [
  { value: "before", label: "days before" },
  { value: "after", label: "days after" },
];

interface Props {
  fields: SchemaField[];
  trigger: Trigger;
  onChange: (trigger: Trigger) => void;
}

export function EnrollmentEditor({ fields, trigger, onChange }: Props) {
  // A day that somebody plans before a moment that the suite writes down.
  const dates = ["date", "instant"].flatMap((type) => fields.filter((each) => each.type === type));
  const put = (changes: Record<string, unknown>) => onChange({ ...trigger, ...changes });
  const choose = (by: string) => {
    const start: Record<string, object> = { date: { field: dates[0]?.name, days: -7, at: "08:00" }, schedule: { every: "week", on: 1, at: "08:00" } };
    onChange({ event: trigger.event, by, ...start[by] });
  };
  const days = (trigger.days as number | undefined) ?? 0;
  return (
    <>
      <Select label="How" size="xs" w={130} allowDeselect={false} data={WAYS} value={trigger.by as string} onChange={(by) => by && choose(by)} data-testid="enroll-by" />
      {trigger.by === "date" && (
        <>
          <NumberInput label="Days" size="xs" w={70} min={0} max={1000} allowNegative={false} allowDecimal={false} value={Math.abs(days)} onChange={(value) => put({ days: days < 0 ? -Number(value) : Number(value) })} hideControls data-testid="enroll-days" />
          <Select label="Side" size="xs" w={120} allowDeselect={false} data={SIDES} value={days <= 0 ? "before" : "after"} onChange={(side) => put({ days: side === "before" ? -Math.abs(days) : Math.abs(days) })} />
          <Select label="The date" size="xs" w={170} searchable allowDeselect={false} data={dates.map((each) => ({ value: each.name, label: words(each.name) }))} value={trigger.field as string} onChange={(field) => put({ field })} data-testid="enroll-field" />
        </>
      )}
      {trigger.by === "schedule" && (
        <>
          <Select label="Every" size="xs" w={100} allowDeselect={false} data={["day", "week", "month"]} value={trigger.every as string} onChange={(every) => put({ every, on: every === "day" ? undefined : 1 })} data-testid="enroll-every" />
          {trigger.every === "week" && <Select label="On" size="xs" w={130} allowDeselect={false} data={WEEKDAYS.map((label, at) => ({ value: String(at + 1), label }))} value={String(trigger.on ?? 1)} onChange={(on) => put({ on: Number(on) })} />}
          {trigger.every === "month" && <NumberInput label="On day" size="xs" w={80} min={1} max={31} allowDecimal={false} value={(trigger.on as number) ?? 1} onChange={(on) => put({ on: Number(on) || 1 })} hideControls />}
        </>
      )}
      {trigger.by !== "hand" && <TextInput type="time" label="At" size="xs" w={115} value={(trigger.at as string) ?? "08:00"} onChange={(event) => put({ at: event.currentTarget.value })} />}
    </>
  );
}
