// A filter put together by choosing: fields, what to ask of them, and values, with AND and OR. It writes the same text
// that can be typed, and reads it back.
import { ActionIcon, Button, Group as Row, Loader, Modal, NumberInput, ScrollArea, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { schema } from "../api/client";
import type { SchemaField } from "../api/types";
import { usePipelines } from "../app/directory";
import { RecordSelect } from "../records/RecordSelect";
import { isGroup, readFilter, writeFilter, type Condition, type Group } from "./filterModel";
import { words } from "./format";
import { CloseIcon, FilterIcon, PlusIcon } from "./icons";
import { PersonSelect } from "./PersonSelect";
import { ProblemNotice } from "./Problem";

interface FilterBuilderProps {
  resource: string;
  /** The fields to choose from, where they are not those of the resource. */
  fields?: SchemaField[];
  value: string;
  onApply: (filter: string) => void;
}

export function FilterBuilder({ resource, fields, value, onApply }: FilterBuilderProps) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" leftSection={<FilterIcon size={14} />} onClick={() => setOpened(true)} aria-haspopup="dialog" data-testid="build-filter">
        Conditions
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Conditions" size={660} yOffset="12vh" closeButtonProps={{ "aria-label": "Close" }}>
        <Builder
          resource={resource}
          fields={fields}
          value={value}
          onApply={(filter) => {
            onApply(filter);
            setOpened(false);
          }}
        />
      </Modal>
    </>
  );
}

const EMPTY: Condition = { field: "", operator: "=", value: "" };

function Builder({ resource, fields: given, value, onApply }: FilterBuilderProps) {
  const asked = useQuery({ queryKey: ["schema", resource], queryFn: () => schema(resource), staleTime: Infinity, retry: false, enabled: !given });
  const read = readFilter(value);
  const [group, setGroup] = useState<Group>(() => (read && read.parts.length > 0 ? read : { join: "AND", parts: [EMPTY] }));
  if (asked.error) return <ProblemNotice error={asked.error} onRetry={() => void asked.refetch()} />;
  const fields = given ?? asked.data?.fields;
  if (!fields) return <Loader size="sm" />;
  const known = fields.filter((field) => (field.operators ?? []).length > 0);
  const typeOf = (name: string) => known.find((field) => field.name === name)?.type ?? "text";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onApply(writeFilter(group, typeOf));
      }}
    >
      <Stack gap="sm">
        {!read && (
          <Text size="sm" c="dimmed">
            The present filter is more than can be shown here. What you build takes its place; it stays as it is until you apply.
          </Text>
        )}
        <ScrollArea.Autosize mah="52vh" type="auto" offsetScrollbars>
          <Parts group={group} onChange={setGroup} fields={known} depth={0} />
        </ScrollArea.Autosize>
        <Row justify="space-between">
          <Button size="xs" variant="subtle" color="gray" onClick={() => onApply("")} data-testid="clear-conditions">
            Clear
          </Button>
          <Button size="xs" type="submit" data-testid="apply-conditions">
            Apply
          </Button>
        </Row>
      </Stack>
    </form>
  );
}

interface PartsProps {
  group: Group;
  onChange: (group: Group) => void;
  fields: SchemaField[];
  depth: number;
}

function Parts({ group, onChange, fields, depth }: PartsProps) {
  const set = (index: number, part: Condition | Group | null) =>
    onChange({ ...group, parts: part === null ? group.parts.filter((_, each) => each !== index) : group.parts.map((before, each) => (each === index ? part : before)) });
  return (
    <Stack gap={8} role="group" aria-label={depth === 0 ? "Conditions" : "Group of conditions"} pl={depth ? 10 : 0} style={depth ? { borderLeft: "2px solid var(--r-border)" } : undefined}>
      {group.parts.length > 1 && (
        <SegmentedControl
          size="xs"
          w={210}
          aria-label="How conditions are joined"
          value={group.join}
          onChange={(join) => onChange({ ...group, join: join as Group["join"] })}
          data={[
            { value: "AND", label: "All of these" },
            { value: "OR", label: "Any of these" },
          ]}
        />
      )}
      {group.parts.map((part, index) =>
        isGroup(part) ? (
          <Row key={index} align="flex-start" wrap="nowrap" gap={6}>
            <div style={{ flex: 1, minWidth: 0 }}>
              <Parts group={part} onChange={(next) => set(index, next)} fields={fields} depth={depth + 1} />
            </div>
            <ActionIcon aria-label="Remove the group" onClick={() => set(index, null)}>
              <CloseIcon size={14} />
            </ActionIcon>
          </Row>
        ) : (
          <ConditionRow key={index} condition={part} onChange={(next) => set(index, next)} onRemove={() => set(index, null)} fields={fields} />
        ),
      )}
      <Row gap={6}>
        <Button size="compact-xs" variant="subtle" leftSection={<PlusIcon size={12} />} onClick={() => onChange({ ...group, parts: [...group.parts, EMPTY] })} data-testid="add-condition">
          Condition
        </Button>
        {depth < 2 && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            leftSection={<PlusIcon size={12} />}
            onClick={() => onChange({ ...group, parts: [...group.parts, { join: group.join === "AND" ? "OR" : "AND", parts: [EMPTY, EMPTY] }] })}
          >
            Group
          </Button>
        )}
      </Row>
    </Stack>
  );
}

const SAYINGS: Record<string, string> = { "=": "is", "!=": "is not", "<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "~": "contains", ":": "has", in: "is any of" };
const TIMES: Record<string, string> = { "<": "before", "<=": "until", ">": "after", ">=": "since", "=": "on", "!=": "not on" };
const IS_EMPTY = "empty";
const IS_FILLED = "filled";

function labelOf(name: string): string {
  return words(name.replace(/_id$/, "").replace(/_(at|on)$/, "").replace(".", " "));
}

function ConditionRow({ condition, onChange, onRemove, fields }: { condition: Condition; onChange: (next: Condition) => void; onRemove: () => void; fields: SchemaField[] }) {
  const field = fields.find((each) => each.name === condition.field);
  const isTime = field?.type === "date" || field?.type === "instant";
  const operators = [
    ...(field?.operators ?? ["="]).map((value) => ({ value, label: (isTime ? TIMES[value] : undefined) ?? SAYINGS[value] ?? value })),
    { value: IS_EMPTY, label: "is empty" },
    { value: IS_FILLED, label: "is filled" },
  ];
  const operator = condition.value === null ? (condition.operator === "!=" ? IS_FILLED : IS_EMPTY) : condition.operator;
  return (
    <Row gap={6} wrap="wrap" align="center">
      <Select
        aria-label="Field"
        size="xs"
        w={170}
        searchable
        allowDeselect={false}
        placeholder="Field"
        data={fields.map((each) => ({ value: each.name, label: labelOf(each.name) }))}
        value={condition.field || null}
        onChange={(name) => {
          const chosen = fields.find((each) => each.name === name);
          if (!chosen) return;
          const first = chosen.type === "text" ? "~" : (chosen.operators?.[0] ?? "=");
          onChange({ field: chosen.name, operator: chosen.operators?.includes(first) ? first : (chosen.operators?.[0] ?? "="), value: "" });
        }}
        data-testid="condition-field"
      />
      <Select
        aria-label="Comparison"
        size="xs"
        w={116}
        allowDeselect={false}
        data={operators}
        value={operator}
        onChange={(chosen) => {
          if (chosen === IS_EMPTY) onChange({ ...condition, operator: "=", value: null });
          else if (chosen === IS_FILLED) onChange({ ...condition, operator: "!=", value: null });
          else if (chosen) onChange({ ...condition, operator: chosen, value: condition.value ?? "" });
        }}
        data-testid="condition-operator"
      />
      <div style={{ flex: "1 1 150px", minWidth: 130 }}>
        {condition.value !== null && <ValueInput field={field} operator={condition.operator} value={condition.value} onChange={(value) => onChange({ ...condition, value })} />}
      </div>
      <ActionIcon aria-label="Remove the condition" onClick={onRemove}>
        <CloseIcon size={14} />
      </ActionIcon>
    </Row>
  );
}

const LINKS: Record<string, "accounts" | "contacts" | "leads" | "deals" | "products"> = {
  account_id: "accounts", parent_id: "accounts", contact_id: "contacts", lead_id: "leads", product_id: "products",
};

function ValueInput({ field, operator, value, onChange }: { field: SchemaField | undefined; operator: string; value: string; onChange: (value: string) => void }) {
  const pipelines = usePipelines().data ?? [];
  const common = { "aria-label": "Value", size: "xs", "data-testid": "condition-value" } as const;
  const text = (placeholder?: string) => <TextInput {...common} placeholder={placeholder} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  if (operator === "in") return text("values, with commas");
  const choose = (data: { value: string; label: string }[]) => <Select {...common} searchable data={data} value={value || null} onChange={(chosen) => onChange(chosen ?? "")} />;
  switch (field?.type) {
    case "select":
      return choose((field.enum ?? []).map((each) => ({ value: each, label: words(each) })));
    case "boolean":
      return choose([
        { value: "true", label: "Yes" },
        { value: "false", label: "No" },
      ]);
    case "number":
    case "money":
      return <NumberInput {...common} hideControls value={value} onChange={(next) => onChange(String(next))} />;
    case "date":
      return /^$|^\d{4}-/.test(value) ? <TextInput {...common} type="date" value={value} onChange={(event) => onChange(event.currentTarget.value)} /> : text();
    case "instant":
      return choose([
        ...[["today", "Today"], ["yesterday", "Yesterday"], ["now", "Now"], ["now - 7d", "7 days ago"], ["now - 30d", "30 days ago"], ["now - 90d", "90 days ago"], ["this_month", "This month"], ["last_month", "Last month"], ["this_year", "This year"]].map(([said, label]) => ({ value: said!, label: label! })),
        ...(value && !/^(today|yesterday|now( - (7|30|90)d)?|this_month|last_month|this_year)$/.test(value) ? [{ value, label: value }] : []),
      ]);
    case "reference":
      if (field.name === "owner_id") {
        return <PersonSelect {...common} value={value === "me" ? null : value || null} placeholder={value === "me" ? "Me, whoever looks" : "Person"} onChange={(id) => onChange(id ?? "")} />;
      }
      if (field.name === "stage_id") return choose(pipelines.flatMap((each) => each.stages.map((stage) => ({ value: stage.id, label: pipelines.length > 1 ? `${stage.name} (${each.name})` : stage.name }))));
      if (field.name === "pipeline_id") return choose(pipelines.map((each) => ({ value: each.id, label: each.name })));
      if (LINKS[field.name]) return <RecordSelect {...common} resource={LINKS[field.name]!} value={value || null} onChange={(id) => onChange(id ?? "")} />;
      return text();
    default:
      return text();
  }
}
