// The workflows that take a record up by hand, on the record's page; nothing where there are none.
import { Button, Menu } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";

import { list, workflows as api } from "../api/client";
import type { Workflow } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { WorkflowIcon } from "../ui/icons";
import { notifyProblem } from "../ui/Problem";
import { toast } from "../ui/toast";

export function TakeUpMenu({ noun, id }: { noun: string; id: string }) {
  const mayWrite = useMay("write");
  const found = useQuery({ queryKey: keys.workflows, queryFn: () => list("workflows", { limit: 200, sort: "name" }), staleTime: 5 * 60_000 });
  const choosing = useMutation({
    mutationFn: (workflow: Workflow) => api.enroll(workflow.id, [id]),
    onSuccess: (_, workflow) => toast(`${workflow.name} takes it up`),
    onError: (error) => notifyProblem(error, "No workflow took it up"),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keys.workflows }),
  });
  const fitting = (found.data?.data ?? []).filter((each) => each.status === "published" && each.trigger.by === "hand" && each.trigger.event === `${noun}.enrolled.v1`);
  if (!mayWrite || fitting.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<WorkflowIcon size={14} />} loading={choosing.isPending} data-testid="take-up">
          Workflow
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {fitting.map((workflow) => (
          <Menu.Item key={workflow.id} onClick={() => choosing.mutate(workflow)}>
            {workflow.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
