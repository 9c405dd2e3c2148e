// Short confirmations, with a way back where there is one: undo instead of asking "are you sure?".
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

import { CheckIcon, InfoIcon, UndoIcon } from "./icons";

export function toast(message: string, undo?: () => void): void {
  const id = `toast-${Date.now()}-${Math.random().toString(36).slice(2)}`;
  notifications.show({
    id,
    withCloseButton: !undo,
    closeButtonProps: { "aria-label": "Dismiss" },
    autoClose: undo ? 8000 : 4000,
    color: "teal",
    icon: <CheckIcon size={14} />,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{message}</Text>
        {undo && (
          <Button
            size="compact-sm"
            variant="default"
            flex="none"
            leftSection={<UndoIcon size={13} />}
            data-testid="undo"
            onClick={() => {
              notifications.hide(id);
              undo();
            }}
          >
            Undo
          </Button>
        )}
      </Group>
    ),
  });
}

export function inform(title: string, message: string): void {
  notifications.show({ title, message, closeButtonProps: { "aria-label": "Dismiss" }, color: "yellow", autoClose: 9000, icon: <InfoIcon size={16} /> });
}
