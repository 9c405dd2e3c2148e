// Ticking a task off, or taking the tick back.
import { useMutation } from "@tanstack/react-query";

import { get, tasks } from "../api/client";
import { hasStatus } from "../api/problem";
import type { Activity } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { notifyProblem } from "../ui/Problem";
import { toast } from "../ui/toast";

async function turn(task: Activity): Promise<Activity> {
  const verb = task.status === "completed" ? tasks.reopen : tasks.complete;
  try {
    return await verb(task.id, task.version);
  } catch (error) {
    if (!hasStatus(error, 412)) throw error;
    const fresh = await get("activities", task.id);
    return fresh.status === task.status ? await verb(fresh.id, fresh.version) : fresh;
  }
}

export function useTask() {
  const mutation = useMutation({
    mutationFn: turn,
    onSuccess: (after, before) => {
      if (after.status === "completed") toast(`Done: ${before.subject}`, () => mutation.mutate(after));
    },
    onError: (error) => notifyProblem(error, "The task was not changed"),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: keys.records });
      void queryClient.invalidateQueries({ queryKey: keys.lists("activities") });
      void queryClient.invalidateQueries({ queryKey: keys.boards });
    },
  });
  return mutation.mutate;
}
