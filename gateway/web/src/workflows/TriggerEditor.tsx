// When a workflow starts: the event, and what narrows it.
import { Group, NumberInput, Select, TextInput } from "@mantine/core";

import type { Trigger, WorkflowParts } from "../api/types";
import { usePipelines } from "../app/directory";
import { words } from "../ui/format";
import { EnrollmentEditor } from "./EnrollmentEditor";
import { eventChoices, fieldsOf, THRESHOLDS } from "./definition";

interface Props {
  parts: WorkflowParts;
  trigger: Trigger;
  onChange: (trigger: Trigger) => void;
}

export function TriggerEditor({ parts, trigger, onChange }: Props) {
  const stages = [...new Set((usePipelines().data ?? []).flatMap((pipeline) => pipeline.stages.map((stage) => stage.name)))];
  const part = parts.triggers.find((each) => each.event === trigger.event);
  const fields = fieldsOf(parts, trigger.event);
  const field = fields.find((each) => each.name === trigger.field);
  const threshold = THRESHOLDS.find((each) => each.value in trigger)?.value ?? null;
  const put = (changes: Record<string, unknown>) => onChange({ ...trigger, ...changes });
  const without = (...names: string[]) => Object.fromEntries(Object.entries(trigger).filter(([name]) => !names.includes(name))) as Trigger;
  return (
    <Group gap={10} align="end" wrap="wrap">
      <Select label="This happens" size="xs" w={300} searchable allowDeselect={false} data={eventChoices(parts)} value={trigger.event} onChange={(event) => event && onChange(event.endsWith(".enrolled.v1") ? { event, by: "hand" } : { event })} data-testid="trigger-event" />
      {part?.is_enrollment && <EnrollmentEditor fields={fields} trigger={trigger} onChange={onChange} />}
      {part?.enters_stage && (
        <Select label="Which stage" size="xs" w={170} clearable placeholder="Any" data={stages} value={(trigger.stage as string) ?? null} onChange={(stage) => onChange(stage ? { ...trigger, stage } : without("stage"))} clearButtonProps={{ "aria-label": "Any stage" }} data-testid="trigger-stage" />
      )}
      {part?.is_change && (
        <Select label="Which property" size="xs" w={170} searchable clearable placeholder="Any" data={fields.filter((each) => !each.name.includes(".")).map((each) => ({ value: each.name, label: words(each.name) }))} value={(trigger.field as string) ?? null} onChange={(name) => onChange(name ? { event: trigger.event, field: name } : { event: trigger.event })} clearButtonProps={{ "aria-label": "Any property" }} />
      )}
      {part?.is_change && field?.type === "number" && (
        <>
          <Select
            label="How"
            size="xs"
            w={130}
            clearable
            placeholder="It changes"
            data={THRESHOLDS}
            value={threshold}
            onChange={(word) => onChange(word ? { ...without(...THRESHOLDS.map((each) => each.value)), [word]: 0 } : without(...THRESHOLDS.map((each) => each.value), "or_created"))}
            clearButtonProps={{ "aria-label": "Any change" }}
          />
          {threshold && <NumberInput label="Threshold" size="xs" w={100} value={trigger[threshold] as number} onChange={(value) => put({ [threshold]: Number(value) })} hideControls />}
        </>
      )}
      {part?.is_change && field && field.type !== "number" && <TextInput label="To" size="xs" w={130} placeholder="Any value" value={(trigger.after as string) ?? ""} onChange={(event) => put({ after: event.currentTarget.value })} />}
      {!part?.is_enrollment && (
        <NumberInput label="How often" size="xs" w={100} min={1} max={1000} placeholder="Once" value={(trigger.count as number) ?? ""} onChange={(count) => onChange(Number(count) > 1 ? { ...trigger, count: Number(count), within: trigger.within ?? "30d" } : without("count", "within"))} hideControls />
      )}
      {trigger.count !== undefined && <TextInput label="Within" size="xs" w={90} value={(trigger.within as string) ?? ""} onChange={(event) => put({ within: event.currentTarget.value })} description="30m, 2h, 7d" inputWrapperOrder={["label", "input", "description"]} />}
    </Group>
  );
}
