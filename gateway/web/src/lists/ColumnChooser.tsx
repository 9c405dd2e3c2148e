// Which columns a list shows, and in which order.
import { ActionIcon, Button, Checkbox, Group, Popover, ScrollArea, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { ArrowDownIcon, ArrowUpIcon, ColumnsIcon } from "../ui/icons";

interface ColumnChooserProps {
  all: { key: string; label: string }[];
  shown: string[];
  /** An empty list stands for the usual columns. */
  onChange: (keys: string[]) => void;
  isUsual: boolean;
}

export function ColumnChooser({ all, shown, onChange, isUsual }: ColumnChooserProps) {
  const [opened, setOpened] = useState(false);
  const hidden = all.filter((column) => !shown.includes(column.key));
  const ordered = [...shown.flatMap((key) => all.filter((column) => column.key === key)), ...hidden];
  const move = (key: string, by: number) => {
    const at = shown.indexOf(key);
    const to = at + by;
    if (to < 0 || to >= shown.length) return;
    const next = [...shown];
    next.splice(to, 0, ...next.splice(at, 1));
    onChange(next);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={280} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<ColumnsIcon size={14} />} onClick={() => setOpened((before) => !before)} aria-expanded={opened} data-testid="columns">
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Columns">
        <Group justify="space-between" mb={6}>
          <Text size="sm" fw={600}>
            Columns
          </Text>
          <Button size="compact-xs" variant="subtle" color="gray" disabled={isUsual} onClick={() => onChange([])}>
            As usual
          </Button>
        </Group>
        <ScrollArea.Autosize mah={340} type="auto" offsetScrollbars>
          <Stack gap={2}>
            {ordered.map((column) => {
              const at = shown.indexOf(column.key);
              return (
                <Group key={column.key} justify="space-between" wrap="nowrap" h={30}>
                  <Checkbox
                    size="xs"
                    label={column.label}
                    checked={at >= 0}
                    disabled={column.key === "name"}
                    onChange={(event) => onChange(event.currentTarget.checked ? [...shown, column.key] : shown.filter((key) => key !== column.key))}
                    data-testid={`column-${column.key}`}
                  />
                  {at >= 0 && column.key !== "name" && (
                    <Group gap={0} wrap="nowrap">
                      <ActionIcon size={26} aria-label={`${column.label} further left`} disabled={at <= 1} onClick={() => move(column.key, -1)}>
                        <ArrowUpIcon size={13} />
                      </ActionIcon>
                      <ActionIcon size={26} aria-label={`${column.label} further right`} disabled={at === shown.length - 1} onClick={() => move(column.key, 1)}>
                        <ArrowDownIcon size={13} />
                      </ActionIcon>
                    </Group>
                  )}
                </Group>
              );
            })}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
