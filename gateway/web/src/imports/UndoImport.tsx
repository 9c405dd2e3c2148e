// Takes an import back, after saying what that means; or leads to the undo that already did.
import { Button, Group, Popover, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";

import { jobs } from "../api/client";
import type { Job } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { count } from "../ui/format";
import { UndoIcon } from "../ui/icons";
import { notifyProblem } from "../ui/Problem";

export function UndoImport({ job }: { job: Job }) {
  const navigate = useNavigate();
  const mayImport = useMay("import");
  const [asking, { open, close }] = useDisclosure(false);
  const undoing = useMutation({
    mutationFn: () => jobs.undo(job.id),
    onSuccess: (undo) => {
      queryClient.setQueryData(keys.job(undo.id), undo);
      void queryClient.invalidateQueries({ queryKey: keys.jobs });
      navigate(`/imports/${undo.id}`);
    },
    onError: (error) => notifyProblem(error, "Not undone"),
    onSettled: close,
  });
  if (job.undo_id) {
    return (
      <Button size="xs" variant="default" component={Link} to={`/imports/${job.undo_id}`} leftSection={<UndoIcon size={14} />} data-testid="see-undo">
        See the undo
      </Button>
    );
  }
  if (!mayImport || job.dry_run || job.kind !== "import" || job.created + job.updated === 0) return null;
  return (
    <Popover opened={asking} onDismiss={close} onClose={close} width={320} position="bottom-end" trapFocus withRoles>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<UndoIcon size={14} />} onClick={open} data-testid="undo-import">
          Undo this import
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Undo this import">
        <Text size="sm">
          {job.created > 0 && `${count(job.created)} added ${job.created === 1 ? "record is" : "records are"} removed. `}
          {job.updated > 0 && `${count(job.updated)} changed ${job.updated === 1 ? "record goes" : "records go"} back to what ${job.updated === 1 ? "it was" : "they were"}. `}
          What somebody has changed since is kept, and listed.
        </Text>
        <Group justify="flex-end" gap="xs" mt="sm">
          <Button size="xs" variant="default" onClick={close}>
            Keep it
          </Button>
          <Button size="xs" color="red" loading={undoing.isPending} onClick={() => undoing.mutate()} data-testid="confirm-undo">
            Undo
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
