// What a place without records says: what belongs here and the next thing to do.
import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import type { Icon } from "./icons";
import classes from "./Empty.module.css";

interface EmptyProps {
  icon: Icon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ icon: Shape, title, children, action }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" className={classes.empty} data-testid="empty">
      <span className={classes.mark}>
        <Shape size={22} />
      </span>
      <Title order={2} fz="md">
        {title}
      </Title>
      {children && (
        <Text size="sm" c="dimmed" ta="center" maw={420}>
          {children}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </Stack>
  );
}
