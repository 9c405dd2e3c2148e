// Logging what was done, or what is to be done, without leaving the record.
import { Button, Group, NumberInput, Select, Stack, Tabs, Textarea, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { create } from "../api/client";
import type { ActivityKind } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useSession } from "../app/session";
import { words } from "../ui/format";
import { NoteIcon, PhoneIcon, TaskIcon } from "../ui/icons";
import { PersonSelect } from "../ui/PersonSelect";
import { ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import classes from "./QuickLog.module.css";

const DIRECTIONS = ["outbound", "inbound"];
const OUTCOMES = ["connected", "no_answer", "busy", "left_voicemail", "wrong_number"];
const PRIORITIES = ["low", "medium", "high"];
const options = (values: string[]) => values.map((value) => ({ value, label: words(value) }));

const DONE: Partial<Record<ActivityKind, string>> = { note: "Note added", call: "Call logged", task: "Task added" };

export function QuickLog({ recordIds }: { recordIds: string[] }) {
  const [kind, setKind] = useState<"note" | "call" | "task">("note");
  const [round, setRound] = useState(0);
  const logging = useMutation({
    mutationFn: (body: Record<string, unknown>) => create("activities", { ...body, record_ids: recordIds }),
    onSuccess: (activity) => {
      toast(DONE[activity.kind] ?? "Logged");
      setRound((before) => before + 1);
      void queryClient.invalidateQueries({ queryKey: keys.records });
      void queryClient.invalidateQueries({ queryKey: keys.lists("activities") });
      void queryClient.invalidateQueries({ queryKey: keys.boards });
    },
  });
  const form = { onLog: logging.mutate, busy: logging.isPending };
  return (
    <div className={classes.log} data-testid="quick-log">
      <Tabs value={kind} onChange={(value) => setKind(value as typeof kind)} keepMounted={false}>
        <Tabs.List aria-label="Log an activity">
          <Tabs.Tab value="note" leftSection={<NoteIcon size={14} />}>
            Note
          </Tabs.Tab>
          <Tabs.Tab value="call" leftSection={<PhoneIcon size={14} />}>
            Call
          </Tabs.Tab>
          <Tabs.Tab value="task" leftSection={<TaskIcon size={14} />}>
            Task
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="note" className={classes.panel}>
          <NoteForm key={round} {...form} />
        </Tabs.Panel>
        <Tabs.Panel value="call" className={classes.panel}>
          <CallForm key={round} {...form} />
        </Tabs.Panel>
        <Tabs.Panel value="task" className={classes.panel}>
          <TaskForm key={round} {...form} />
        </Tabs.Panel>
      </Tabs>
      {logging.error && (
        <div className={classes.problem}>
          <ProblemNotice error={logging.error} />
        </div>
      )}
    </div>
  );
}

interface FormProps {
  onLog: (body: Record<string, unknown>) => void;
  busy: boolean;
}

function NoteForm({ onLog, busy }: FormProps) {
  const [text, setText] = useState("");
  const send = () => {
    const body = text.trim();
    if (!body) return;
    const [first = ""] = body.split("\n");
    const subject = first.length > 120 ? `${first.slice(0, 117)}...` : first;
    onLog({ kind: "note", subject, body: subject === body ? null : body });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        aria-label="Note"
        variant="unstyled"
        placeholder="Write a note. Ctrl+Enter adds it."
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
        }}
        data-testid="note-text"
      />
      <Group justify="flex-end">
        <Button type="submit" size="xs" loading={busy} disabled={!text.trim()} data-testid="add-note">
          Add note
        </Button>
      </Group>
    </form>
  );
}

function CallForm({ onLog, busy }: FormProps) {
  const [subject, setSubject] = useState("");
  const [direction, setDirection] = useState<string | null>("outbound");
  const [outcome, setOutcome] = useState<string | null>("connected");
  const [minutes, setMinutes] = useState<number | string>("");
  const [body, setBody] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onLog({
          kind: "call",
          subject: subject.trim() || "Call",
          body: body.trim() || null,
          direction,
          outcome,
          duration_seconds: minutes === "" ? null : Math.round(Number(minutes) * 60),
          occurred_at: new Date().toISOString(),
        });
      }}
    >
      <Stack gap="xs">
        <TextInput label="Subject" placeholder="What was it about?" value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
        <Group grow gap="xs" align="flex-start">
          <Select label="Direction" data={options(DIRECTIONS)} value={direction} onChange={setDirection} allowDeselect={false} />
          <Select label="Outcome" data={options(OUTCOMES)} value={outcome} onChange={setOutcome} allowDeselect={false} />
          <NumberInput label="Minutes" min={0} max={1440} value={minutes} onChange={setMinutes} hideControls />
        </Group>
        <Textarea label="Notes" value={body} onChange={(event) => setBody(event.currentTarget.value)} />
        <Group justify="flex-end">
          <Button type="submit" size="xs" loading={busy} data-testid="log-call">
            Log call
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function inDays(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}T09:00`;
}

function TaskForm({ onLog, busy }: FormProps) {
  const { user } = useSession();
  const [subject, setSubject] = useState("");
  const [due, setDue] = useState(inDays(1));
  const [priority, setPriority] = useState<string | null>("medium");
  const [owner, setOwner] = useState<string | null>(user.id);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!subject.trim()) return;
        onLog({
          kind: "task",
          subject: subject.trim(),
          due_at: due ? new Date(due).toISOString() : null,
          priority,
          owner_id: owner ?? user.id,
        });
      }}
    >
      <Stack gap="xs">
        <TextInput
          label="What is to be done?"
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
          required
          data-testid="task-subject"
        />
        <Group grow gap="xs" align="flex-start">
          <TextInput label="Due" type="datetime-local" value={due} onChange={(event) => setDue(event.currentTarget.value)} />
          <Select label="Priority" data={options(PRIORITIES)} value={priority} onChange={setPriority} allowDeselect={false} />
          <PersonSelect label="Owner" value={owner} onChange={setOwner} clearable={false} />
        </Group>
        <Group justify="flex-end">
          <Button type="submit" size="xs" loading={busy} disabled={!subject.trim()} data-testid="add-task">
            Add task
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
