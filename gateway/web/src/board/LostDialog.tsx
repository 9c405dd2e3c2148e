// Losing a deal asks why: a reason that reports can count, and optionally to whom.
import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";

export const LOST_REASONS = [
  "pricing", "competition", "budget", "missing features", "no decision", "no decision maker", "unresponsive", "poor fit", "other",
];

interface LostDialogProps {
  dealName: string | null;
  onCancel: () => void;
  onLose: (reason: string, competitor?: string) => void;
}

export function LostDialog({ dealName, onCancel, onLose }: LostDialogProps) {
  return (
    <Modal
      opened={dealName !== null}
      onClose={onCancel}
      title={`Why was ${dealName ?? "the deal"} lost?`}
      closeButtonProps={{ "aria-label": "Cancel" }}
      data-testid="lost-dialog"
    >
      <Form onCancel={onCancel} onLose={onLose} />
    </Modal>
  );
}

function Form({ onCancel, onLose }: Omit<LostDialogProps, "dealName">) {
  const [reason, setReason] = useState<string | null>(null);
  const [competitor, setCompetitor] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reason) onLose(reason, competitor.trim() || undefined);
      }}
    >
      <Stack gap="md">
        <Radio.Group value={reason} onChange={setReason} aria-label="Reason" required>
          <Stack gap={9}>
            {LOST_REASONS.map((each, index) => (
              <Radio key={each} data-autofocus={index === 0 || undefined} size="sm" value={each} label={each.charAt(0).toUpperCase() + each.slice(1)} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput label="Competitor" description="If it went to someone else" value={competitor} onChange={(event) => setCompetitor(event.currentTarget.value)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={!reason} data-testid="confirm-lost">
            Mark as lost
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
