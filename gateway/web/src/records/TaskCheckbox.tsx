// The box that ticks a task off. It shows the new state at once and goes back if the server refuses.
import { Checkbox } from "@mantine/core";
import { useState } from "react";

import type { Activity } from "../api/types";
import { useCanWrite } from "../app/session";
import { useTask } from "./useTask";

export function TaskCheckbox({ task }: { task: Activity }) {
  const canWrite = useCanWrite();
  const toggle = useTask();
  const [turned, setTurned] = useState<{ version: number; done: boolean } | null>(null);
  const done = turned && turned.version === task.version ? turned.done : task.status === "completed";
  return (
    <Checkbox
      size="xs"
      checked={done}
      disabled={!canWrite}
      onChange={() => {
        setTurned({ version: task.version, done: !done });
        toggle(task, { onError: () => setTurned(null) });
      }}
      aria-label={done ? `Reopen ${task.subject}` : `Complete ${task.subject}`}
      data-testid={`complete-${task.id}`}
    />
  );
}
