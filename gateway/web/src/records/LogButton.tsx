// Logging a call about a record that is in sight, from its row.
import { ActionIcon } from "@mantine/core";

import { openDialog } from "../app/dialogs";
import { PhoneIcon } from "../ui/icons";

export function LogButton({ id, name }: { id: string; name: string }) {
  return (
    <ActionIcon size="sm" aria-label={`Log a call about ${name}`} onClick={() => openDialog({ name: "log", kind: "call", about: { id, name } })} data-testid={`log-${id}`}>
      <PhoneIcon size={14} />
    </ActionIcon>
  );
}
