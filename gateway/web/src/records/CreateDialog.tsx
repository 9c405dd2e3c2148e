// Makes a record: the few properties that matter at the start, the server's refusals beside their fields.
import { Alert, Anchor, Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";

import { create, possibleDuplicates, type RecordResource } from "../api/client";
import { asProblem } from "../api/problem";
import { newKey } from "../api/request";
import { usePipelines } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { useSession } from "../app/session";
import { ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import { DEFINITIONS, type FieldDefinition } from "./definitions";
import { FieldInput } from "./FieldInput";

interface CreateDialogProps {
  resource: RecordResource;
  opened: boolean;
  onClose: () => void;
  preset?: Record<string, unknown>;
  /** Stay on the page instead of opening the new record. */
  stay?: boolean;
}

export function CreateDialog({ resource, opened, onClose, preset, stay }: CreateDialogProps) {
  const definition = DEFINITIONS[resource];
  return (
    <Modal opened={opened} onClose={onClose} title={`New ${definition.singular}`} size={520} closeButtonProps={{ "aria-label": "Close" }}>
      <Form resource={resource} onClose={onClose} preset={preset} stay={stay} />
    </Modal>
  );
}

function Form({ resource, onClose, preset, stay }: Omit<CreateDialogProps, "opened">) {
  const definition = DEFINITIONS[resource];
  const navigate = useNavigate();
  const { user } = useSession();
  const [values, setValues] = useState<Record<string, unknown>>({ owner_id: user.id, ...preset });
  const key = useRef(newKey());
  const fields = definition.fields.filter((field) => field.onCreate);
  const set = (name: string, value: unknown) => setValues((before) => ({ ...before, [name]: value }));

  const making = useMutation({
    mutationFn: () => create(resource, filled(values), key.current),
    onSuccess: (record) => {
      void queryClient.invalidateQueries({ queryKey: keys.lists(resource) });
      void queryClient.invalidateQueries({ queryKey: keys.records });
      if (resource === "deals") void queryClient.invalidateQueries({ queryKey: keys.boards });
      toast(`${record.name} was created`);
      onClose();
      if (!stay) navigate(`/${resource}/${record.id}`);
    },
    onError: (error) => {
      // The same intent again after a lost connection; a corrected form is another intent.
      if (![0, 502, 503, 504].includes(asProblem(error).status)) key.current = newKey();
    },
  });
  const { byField, elsewhere } = useMemo(() => sort(making.error, fields), [making.error, fields]);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        making.mutate();
      }}
    >
      <Stack gap="sm">
        {elsewhere && <ProblemNotice error={making.error} />}
        {fields.map((field, index) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name]}
            onChange={(value) => set(field.name, value)}
            labelled
            autoFocus={index === 0}
            error={byField[field.name]}
          />
        ))}
        {resource !== "deals" && <LookAlikes kind={definition.singular} values={values} />}
        {resource === "deals" && <PipelineAndStage values={values} set={set} />}
        <Group justify="flex-end" gap="sm" mt="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending} data-testid="create-submit">
            Create {definition.singular}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Who is probably here already, before another one of them is made. */
function LookAlikes({ kind, values }: { kind: string; values: Record<string, unknown> }) {
  const text = (name: string) => (typeof values[name] === "string" && values[name] ? (values[name] as string).trim() : undefined);
  const asked = kind === "account" ? { name: text("name"), domain: text("domain") } : { email: text("email") };
  const [query] = useDebouncedValue({ kind, ...asked }, 400);
  // An address that is not complete yet would be refused.
  const isAsked = kind === "account" ? Boolean(query.name ?? query.domain) : /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(query.email ?? "");
  const found = useQuery({ queryKey: ["possible-duplicates", query], queryFn: () => possibleDuplicates(query), enabled: isAsked, retry: false, staleTime: 10_000 });
  const rows = isAsked ? (found.data?.data ?? []) : [];
  if (rows.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" title="Probably here already" data-testid="look-alikes">
      {rows.slice(0, 3).map((row) => (
        <div key={row.id}>
          <Anchor component={Link} to={`/${row.kind}s/${row.id}`} underline="always">
            {row.name}
          </Anchor>{" "}
          ({row.kind}) {row.reason}.
        </div>
      ))}
    </Alert>
  );
}

function PipelineAndStage({ values, set }: { values: Record<string, unknown>; set: (name: string, value: unknown) => void }) {
  const pipelines = usePipelines().data ?? [];
  const chosen = pipelines.find((each) => each.id === values.pipeline_id) ?? pipelines[0];
  if (!chosen) return null;
  return (
    <Group grow align="flex-start">
      {pipelines.length > 1 && (
        <Select
          label="Pipeline"
          allowDeselect={false}
          data={pipelines.map((each) => ({ value: each.id, label: each.name }))}
          value={chosen.id}
          onChange={(id) => {
            set("pipeline_id", id);
            set("stage_id", undefined);
          }}
        />
      )}
      <Select
        label="Stage"
        allowDeselect={false}
        data={chosen.stages.filter((stage) => stage.kind === "open").map((stage) => ({ value: stage.id, label: stage.name }))}
        value={(values.stage_id as string | undefined) ?? chosen.stages.find((stage) => stage.kind === "open")?.id ?? null}
        onChange={(id) => set("stage_id", id)}
      />
    </Group>
  );
}

function filled(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
}

/** Splits a refusal into what belongs beside a field and whether anything is left to say above the form. */
function sort(error: unknown, fields: readonly FieldDefinition[]) {
  const byField: Record<string, string> = {};
  if (!error) return { byField, elsewhere: false };
  const problem = asProblem(error);
  let others = problem.errors.length === 0 ? 1 : 0;
  for (const each of problem.errors) {
    const name = (each.pointer ?? "").split("/").filter(Boolean)[0] ?? "";
    if (fields.some((field) => field.name === name)) byField[name] = each.hint ? `${each.message} ${each.hint}` : each.message;
    else others += 1;
  }
  return { byField, elsewhere: others > 0 };
}
