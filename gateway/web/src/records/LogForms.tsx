// The forms of what can be logged, one a kind. Ctrl+Enter sends from every field; a call needs nothing but its outcome.
import { Button, Chip, Group, NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";

import type { ActivityKind } from "../api/types";
import { useSession } from "../app/session";
import { words } from "../ui/format";
import { CalendarIcon, MailIcon, NoteIcon, PhoneIcon, TaskIcon, type Icon } from "../ui/icons";
import { PersonSelect } from "../ui/PersonSelect";
import type { Logged } from "./log";
import classes from "./QuickLog.module.css";

export const KINDS: { kind: ActivityKind; label: string; icon: Icon; key: string }[] = [
  { kind: "note", label: "Note", icon: NoteIcon, key: "n" },
  { kind: "call", label: "Call", icon: PhoneIcon, key: "c" },
  { kind: "email", label: "Email", icon: MailIcon, key: "e" },
  { kind: "meeting", label: "Meeting", icon: CalendarIcon, key: "m" },
  { kind: "task", label: "Task", icon: TaskIcon, key: "t" },
];

const OUTCOMES: [string, string][] = [
  ["connected", "Connected"],
  ["no_answer", "No answer"],
  ["busy", "Busy"],
  ["left_voicemail", "Voicemail"],
  ["wrong_number", "Wrong number"],
];
const PRIORITIES = ["low", "medium", "high"].map((value) => ({ value, label: words(value) }));

export interface FormProps {
  onLog: (values: Logged) => void;
  /** What was typed before, when the server refused it. */
  values?: Record<string, unknown>;
  /** In a dialog: focus the first field, and let a note be as large as it likes. */
  focus?: boolean;
  ready?: boolean;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function Frame({ onSend, disabled, label, testId, children }: { onSend: () => void; disabled?: boolean; label: string; testId: string; children: ReactNode }) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!disabled) onSend();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !disabled) {
      event.preventDefault();
      onSend();
    }
  };
  return (
    <form onSubmit={send} onKeyDown={onKeyDown}>
      <Stack gap="xs">
        {children}
        <Group justify="flex-end">
          <Button type="submit" size="xs" disabled={disabled} data-testid={testId}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function NoteForm({ onLog, values, focus, ready = true }: FormProps) {
  const [body, setBody] = useState([text(values?.subject), text(values?.body)].filter(Boolean).pop() ?? "");
  const send = () => {
    const all = body.trim();
    const [first = ""] = all.split("\n");
    const subject = first.length > 120 ? `${first.slice(0, 117)}...` : first;
    onLog({ kind: "note", subject, body: subject === all ? null : all });
    setBody("");
  };
  return (
    <Frame onSend={send} disabled={!body.trim() || !ready} label="Add note" testId="add-note">
      <Textarea
        aria-label="Note"
        variant={focus ? "default" : "unstyled"}
        autosize={focus}
        minRows={focus ? 4 : undefined}
        placeholder="Write a note. Ctrl+Enter adds it."
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        data-autofocus={focus || undefined}
        data-testid="note-text"
      />
    </Frame>
  );
}

export function CallForm({ onLog, values, focus, ready = true }: FormProps) {
  const [outcome, setOutcome] = useState(text(values?.outcome) || "connected");
  const [direction, setDirection] = useState(text(values?.direction) || "outbound");
  const [purpose, setPurpose] = useState(text(values?.purpose) || "sales");
  const [minutes, setMinutes] = useState<number | string>(typeof values?.duration_seconds === "number" ? values.duration_seconds / 60 : "");
  const [subject, setSubject] = useState(text(values?.subject));
  const [body, setBody] = useState(text(values?.body));
  const send = () =>
    onLog({
      kind: "call",
      subject: subject.trim() || (outcome === "connected" ? "Call" : `Call: ${words(outcome).toLowerCase()}`),
      body: body.trim() || null,
      direction,
      outcome,
      purpose,
      duration_seconds: minutes === "" ? null : Math.round(Number(minutes) * 60),
      occurred_at: new Date().toISOString(),
    });
  return (
    <Frame onSend={send} disabled={!ready} label="Log call" testId="log-call">
      <Chip.Group value={outcome} onChange={(value) => setOutcome(value as string)}>
        <Group gap={6} role="radiogroup" aria-label="Outcome">
          {OUTCOMES.map(([value, label]) => (
            <Chip key={value} value={value} size="xs" radius="md" variant="light" data-autofocus={(focus && value === outcome) || undefined} data-testid={`outcome-${value}`}>
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group grow gap="xs" align="flex-start" wrap="wrap" className={classes.row}>
        <Select
          label="Direction"
          data={[
            { value: "outbound", label: "Outbound" },
            { value: "inbound", label: "Inbound" },
          ]}
          value={direction}
          onChange={(value) => setDirection(value ?? "outbound")}
          allowDeselect={false}
        />
        <Select
          label="About"
          data={[
            { value: "sales", label: "Sales" },
            { value: "support", label: "Support" },
            { value: "other", label: "Something else" },
          ]}
          value={purpose}
          onChange={(value) => setPurpose(value ?? "sales")}
          allowDeselect={false}
        />
        <NumberInput label="Minutes" min={0} max={1440} value={minutes} onChange={setMinutes} hideControls data-testid="minutes" />
      </Group>
      <TextInput label="Subject" placeholder="What was it about?" value={subject} onChange={(event) => setSubject(event.currentTarget.value)} />
      <Textarea label="Notes" autosize minRows={1} value={body} onChange={(event) => setBody(event.currentTarget.value)} />
    </Frame>
  );
}

function local(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** An email or a meeting: what it was about, when, and what was said. */
function TalkForm({ kind, onLog, values, focus, ready = true }: FormProps & { kind: "email" | "meeting" }) {
  const [subject, setSubject] = useState(text(values?.subject));
  const [at, setAt] = useState(local(values?.occurred_at ? new Date(text(values.occurred_at)) : new Date()));
  const [minutes, setMinutes] = useState<number | string>(typeof values?.duration_seconds === "number" ? values.duration_seconds / 60 : "");
  const [body, setBody] = useState(text(values?.body));
  const send = () =>
    onLog({
      kind,
      subject: subject.trim(),
      body: body.trim() || null,
      occurred_at: (at ? new Date(at) : new Date()).toISOString(),
      ...(kind === "meeting" && minutes !== "" ? { duration_seconds: Math.round(Number(minutes) * 60) } : {}),
    });
  return (
    <Frame onSend={send} disabled={!subject.trim() || !ready} label={`Log ${kind}`} testId={`log-${kind}`}>
      <TextInput label="Subject" required value={subject} onChange={(event) => setSubject(event.currentTarget.value)} data-autofocus={focus || undefined} data-testid={`${kind}-subject`} />
      <Group grow gap="xs" align="flex-start" wrap="wrap" className={classes.row}>
        <TextInput label="When" type="datetime-local" value={at} onChange={(event) => setAt(event.currentTarget.value)} />
        {kind === "meeting" && <NumberInput label="Minutes" min={0} max={1440} value={minutes} onChange={setMinutes} hideControls />}
      </Group>
      <Textarea label="Notes" autosize minRows={2} value={body} onChange={(event) => setBody(event.currentTarget.value)} />
    </Frame>
  );
}

function inDays(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000);
  at.setHours(9, 0);
  return local(at);
}

export function TaskForm({ onLog, values, focus, ready = true }: FormProps) {
  const { user } = useSession();
  const [subject, setSubject] = useState(text(values?.subject));
  const [due, setDue] = useState(values ? (values.due_at ? local(new Date(text(values.due_at))) : "") : inDays(1));
  const [priority, setPriority] = useState<string | null>(text(values?.priority) || "medium");
  const [owner, setOwner] = useState<string | null>(text(values?.owner_id) || user.id);
  const send = () => {
    onLog({
      kind: "task",
      subject: subject.trim(),
      due_at: due ? new Date(due).toISOString() : null,
      priority,
      owner_id: owner ?? user.id,
    });
    setSubject("");
  };
  return (
    <Frame onSend={send} disabled={!subject.trim() || !ready} label="Add task" testId="add-task">
      <TextInput label="What is to be done?" value={subject} onChange={(event) => setSubject(event.currentTarget.value)} required data-autofocus={focus || undefined} data-testid="task-subject" />
      <Group grow gap="xs" align="flex-start" wrap="wrap" className={classes.row}>
        <TextInput label="Due" type="datetime-local" value={due} onChange={(event) => setDue(event.currentTarget.value)} />
        <Select label="Priority" data={PRIORITIES} value={priority} onChange={setPriority} allowDeselect={false} />
        <PersonSelect label="Owner" value={owner} onChange={setOwner} clearable={false} />
      </Group>
    </Frame>
  );
}

export function LogForm({ kind, ...props }: FormProps & { kind: ActivityKind }) {
  switch (kind) {
    case "note":
      return <NoteForm {...props} />;
    case "call":
      return <CallForm {...props} />;
    case "task":
      return <TaskForm {...props} />;
    default:
      return <TalkForm kind={kind} {...props} />;
  }
}
