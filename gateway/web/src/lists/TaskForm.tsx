import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { create } from "../api/client";
import { keys, queryClient } from "../app/queryClient";
import { useSession } from "../app/session";
import { RecordSelect } from "../records/RecordSelect";
import { PersonSelect } from "../ui/PersonSelect";
import { ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";

/** A task made from the task list; it may be about a deal. */
export function TaskForm({ onDone }: { onDone: () => void }) {
  const { user } = useSession();
  const [subject, setSubject] = useState("");
  const [due, setDue] = useState("");
  const [priority, setPriority] = useState<string | null>("medium");
  const [owner, setOwner] = useState<string | null>(user.id);
  const [deal, setDeal] = useState<string | null>(null);
  const making = useMutation({
    mutationFn: () =>
      create("activities", {
        kind: "task",
        subject: subject.trim(),
        priority,
        owner_id: owner ?? user.id,
        record_ids: deal ? [deal] : [],
        ...(due ? { due_at: new Date(due).toISOString() } : {}),
      }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: keys.lists("activities") });
      void queryClient.invalidateQueries({ queryKey: keys.records });
      toast("Task added");
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        making.mutate();
      }}
    >
      <Stack gap="sm">
        {making.error && <ProblemNotice error={making.error} />}
        <TextInput label="What is to be done?" required data-autofocus value={subject} onChange={(event) => setSubject(event.currentTarget.value)} data-testid="task-subject" />
        <RecordSelect resource="deals" label="About which deal" value={deal} onChange={setDeal} />
        <Group grow align="flex-start">
          <TextInput label="Due" type="datetime-local" value={due} onChange={(event) => setDue(event.currentTarget.value)} />
          <Select
            label="Priority"
            allowDeselect={false}
            data={[
              { value: "low", label: "Low" },
              { value: "medium", label: "Medium" },
              { value: "high", label: "High" },
            ]}
            value={priority}
            onChange={setPriority}
          />
        </Group>
        <PersonSelect label="Owner" value={owner} onChange={setOwner} clearable={false} />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending} disabled={!subject.trim()} data-testid="create-submit">
            Add task
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
