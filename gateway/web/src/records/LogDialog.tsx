// Logging from anywhere: about the record that was at hand, or one that is looked for here.
import { Modal, SegmentedControl, Stack } from "@mantine/core";
import { useState } from "react";

import type { ActivityKind } from "../api/types";
import type { Named } from "../app/dialogs";
import { useSession } from "../app/session";
import { log, type Logged } from "./log";
import { KINDS, LogForm } from "./LogForms";
import { RecordPicker } from "./RecordPicker";

interface LogDialogProps {
  kind: ActivityKind;
  about: Named | null;
  values?: Record<string, unknown>;
  onClose: () => void;
}

export default function LogDialog({ kind: first, about: given, values, onClose }: LogDialogProps) {
  const { user } = useSession();
  const [kind, setKind] = useState<ActivityKind>(first);
  const [about, setAbout] = useState<Named | null>(given);
  const [round, setRound] = useState(0);
  const send = (entry: Logged) => {
    if (!about) return;
    log(entry, [about], user.id);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={given ? `Log about ${given.name}` : "Log an activity"} size={500} closeButtonProps={{ "aria-label": "Close" }} data-testid="log-dialog">
      <Stack gap="sm">
        {!given && (
          <RecordPicker
            label="About"
            value={about}
            onChange={(record) => {
              setAbout(record);
              setRound((before) => before + 1);
            }}
            focus
          />
        )}
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="What to log"
          value={kind}
          onChange={(value) => setKind(value as ActivityKind)}
          data={KINDS.map(({ kind: value, label }) => ({ value, label }))}
        />
        <LogForm key={`${kind}-${round}`} kind={kind} values={kind === first ? values : undefined} onLog={send} focus={Boolean(given)} ready={about !== null} />
      </Stack>
    </Modal>
  );
}
