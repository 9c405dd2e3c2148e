// Errors as people see them: what is wrong, what to do, and the request id that support can look up.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

import { asProblem, type Problem } from "../api/problem";
import { AlertIcon, RefreshIcon } from "./icons";

export function ProblemText({ problem, withTitle = false }: { problem: Problem; withTitle?: boolean }) {
  return (
    <Stack gap={4}>
      {withTitle && (
        <Text size="sm" fw={600}>
          {problem.title}
        </Text>
      )}
      {problem.detail && <Text size="sm">{problem.detail}</Text>}
      {problem.errors.map((error, index) => (
        <Text size="sm" key={index}>
          {error.pointer ? <span className="mono">{error.pointer.replace(/^\//, "")}: </span> : null}
          {error.message}
          {error.hint ? ` ${error.hint}` : ""}
        </Text>
      ))}
      {problem.request_id && (
        <Text size="xs" c="dimmed" className="mono" data-testid="request-id">
          Request {problem.request_id}
        </Text>
      )}
    </Stack>
  );
}

interface NoticeProps {
  error: unknown;
  onRetry?: () => void;
}

export function ProblemNotice({ error, onRetry }: NoticeProps) {
  const problem = asProblem(error);
  return (
    <Alert color="red" icon={<AlertIcon />} title={problem.title} role="alert" data-testid="problem">
      <Group justify="space-between" align="flex-end" gap="sm">
        <ProblemText problem={problem} />
        {onRetry && (
          <Button variant="default" size="xs" leftSection={<RefreshIcon size={14} />} onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** A toast for a change that was refused; the screen has already gone back to what the server says. */
export function notifyProblem(error: unknown, what: string): void {
  const problem = asProblem(error);
  notifications.show({
    color: "red",
    title: `${what}: ${problem.title.charAt(0).toLowerCase()}${problem.title.slice(1)}`,
    message: <ProblemText problem={problem} />,
    autoClose: 9000,
    closeButtonProps: { "aria-label": "Dismiss" },
    icon: <AlertIcon />,
  });
}
