// The properties of a record, each edited where it stands. Edits gather until "Save", which is one change.
import { Button, Group, UnstyledButton } from "@mantine/core";
import { useEffect, useState, type KeyboardEvent } from "react";

import type { RecordResource, Resources } from "../api/client";
import { useCanWrite } from "../app/session";
import { PencilIcon } from "../ui/icons";
import { DEFINITIONS, isShown, type FieldDefinition } from "./definitions";
import { FieldInput } from "./FieldInput";
import { FieldValue } from "./FieldValue";
import classes from "./Properties.module.css";
import { useChange } from "./useChange";

interface PropertiesProps<R extends RecordResource> {
  resource: R;
  record: Resources[R];
}

export function Properties<R extends RecordResource>({ resource, record }: PropertiesProps<R>) {
  const definition = DEFINITIONS[resource];
  const canWrite = useCanWrite();
  const [draft, setDraft] = useState<Record<string, unknown>>({});
  const [focused, setFocused] = useState<string | null>(null);
  const [showMore, setShowMore] = useState(false);
  const labelOf = (name: string) => definition.fields.find((field) => field.name === name)?.label ?? name;
  const saving = useChange(resource, labelOf);
  useEffect(() => setDraft({}), [record.id]);

  const valueOf = (name: string) => (record as unknown as Record<string, unknown>)[name];
  const edited = Object.keys(draft);
  const changes = Object.fromEntries(edited.filter((name) => differs(draft[name], valueOf(name))).map((name) => [name, draft[name]]));
  const changed = Object.keys(changes).length;

  const leave = (name: string) =>
    setDraft((before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)));
  const edit = ({ name }: FieldDefinition) => {
    setFocused(name);
    setDraft((before) => ({ ...before, [name]: valueOf(name) ?? null }));
  };
  const save = () => {
    if (changed === 0) return setDraft({});
    saving.mutate({ record, changes }, { onSuccess: () => setDraft({}) });
  };
  const onKey = (field: FieldDefinition) => (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      leave(field.name);
    }
    const isPlain = !["choice", "person", "account", "contact", "lead", "product", "tags"].includes(field.kind);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (isPlain && field.kind !== "long"))) {
      event.preventDefault();
      save();
    }
  };

  const visible = definition.fields.filter((field) => isShown(field, valueOf(field.name)) && (showMore || !field.more));
  return (
    <section className={classes.panel} aria-label="Properties">
      <dl className={classes.list}>
        {visible.map((field) => {
          const editing = field.name in draft;
          const editable = canWrite && !field.readOnly;
          return (
            <div key={field.name} className={classes.row} data-editing={editing || undefined} data-testid={`property-${field.name}`}>
              <dt className={classes.label}>{field.label}</dt>
              <dd className={classes.value}>
                {editing ? (
                  <FieldInput
                    field={field}
                    value={draft[field.name]}
                    onChange={(value) => setDraft((before) => ({ ...before, [field.name]: value }))}
                    autoFocus={focused === field.name}
                    onKeyDown={onKey(field)}
                  />
                ) : (
                  <span
                    className={classes.shown}
                    data-editable={editable || undefined}
                    onClick={(event) => {
                      if (editable && !(event.target as HTMLElement).closest("a, button")) edit(field);
                    }}
                  >
                    <FieldValue field={field} value={valueOf(field.name)} />
                    {editable && (
                      <UnstyledButton
                        className={classes.edit}
                        aria-label={`Edit ${field.label}`}
                        onClick={() => edit(field)}
                      >
                        <PencilIcon size={13} />
                      </UnstyledButton>
                    )}
                  </span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setShowMore((before) => !before)} className={classes.more}>
        {showMore ? "Fewer properties" : "More properties"}
      </Button>
      {edited.length > 0 && (
        <div className={classes.bar} data-testid="save-bar">
          <span>{changed === 0 ? "Nothing changed yet" : changed === 1 ? "1 change" : `${changed} changes`}</span>
          <Group gap={6} wrap="nowrap">
            <Button size="xs" variant="default" onClick={() => setDraft({})}>
              Discard
            </Button>
            <Button size="xs" onClick={save} loading={saving.isPending} disabled={changed === 0} data-testid="save-properties">
              Save
            </Button>
          </Group>
        </div>
      )}
    </section>
  );
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);
}
