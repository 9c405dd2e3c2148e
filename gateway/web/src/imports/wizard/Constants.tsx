// Fields that are the same for every row, and that no column brings: a source, an owner, a tag.
import { ActionIcon, Select } from "@mantine/core";
import { useState } from "react";

import type { ImportField, ImportObject, MappingTable } from "../../api/types";
import type { RecordResource } from "../../api/client";
import { DEFINITIONS, type FieldDefinition, type FieldKind } from "../../records/definitions";
import { FieldInput } from "../../records/FieldInput";
import { CloseIcon, PlusIcon } from "../../ui/icons";
import { fieldLabel } from "./fields";
import classes from "./Wizard.module.css";

const KINDS: Record<string, FieldKind> = { day: "day", money: "money", whole: "number", number: "number", list: "tags", choice: "choice", email: "email", phone: "phone", url: "url" };

/** Text stands for anything that the server reads by itself, such as the name of a stage. */
function editorOf(object: string, field: ImportField): FieldDefinition {
  const known = DEFINITIONS[object as RecordResource]?.fields.find((each) => each.name === field.name);
  if (known && !known.readOnly) return { ...known, required: false };
  return { name: field.name, label: fieldLabel(object, field.name), kind: KINDS[field.type] ?? "text", options: field.choices };
}

interface ConstantsProps {
  table: MappingTable;
  object: ImportObject | undefined;
  onChange: (constants: Record<string, unknown>) => void;
}

export function Constants({ table, object, onChange }: ConstantsProps) {
  const [added, setAdded] = useState<string[]>([]);
  const mapped = new Set(table.columns.map((column) => column.field));
  const names = [...new Set([...Object.keys(table.constants), ...added])].filter((name) => object?.fields.some((field) => field.name === name));
  const free = (object?.fields ?? []).filter((field) => !mapped.has(field.name) && !names.includes(field.name) && field.type !== "full_name");
  const without = (name: string) => Object.fromEntries(Object.entries(table.constants).filter(([each]) => each !== name));
  const set = (name: string, value: unknown) =>
    onChange(value === null || value === "" || (Array.isArray(value) && value.length === 0) ? without(name) : { ...table.constants, [name]: value });
  return (
    <div className={classes.constants} role="group" aria-label="The same for every row">
      {names.map((name) => {
        const field = object!.fields.find((each) => each.name === name)!;
        return (
          <div key={name} className={classes.constant}>
            <span className={classes.constantName}>
              {fieldLabel(table.object, name)} <small className={classes.faint}>for every row</small>
            </span>
            <FieldInput field={editorOf(table.object, field)} value={table.constants[name]} onChange={(value) => set(name, value)} />
            <ActionIcon
              size="sm"
              aria-label={`Do not set ${fieldLabel(table.object, name)}`}
              onClick={() => {
                setAdded((before) => before.filter((each) => each !== name));
                onChange(without(name));
              }}
            >
              <CloseIcon size={13} />
            </ActionIcon>
          </div>
        );
      })}
      <Select
        size="xs"
        w={260}
        searchable
        selectFirstOptionOnChange
        aria-label="Set a field for every row"
        placeholder="Set a field for every row"
        leftSection={<PlusIcon size={13} />}
        data={free.map((field) => ({ value: field.name, label: fieldLabel(table.object, field.name) })).sort((a, b) => a.label.localeCompare(b.label))}
        value={null}
        onChange={(name) => name && setAdded((before) => [...before, name])}
        data-testid="add-constant"
      />
    </div>
  );
}
