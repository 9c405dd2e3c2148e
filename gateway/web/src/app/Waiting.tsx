// The quiet moment while a screen's code arrives.
import { Skeleton, Stack } from "@mantine/core";

export function Waiting() {
  return (
    <Stack p="lg" gap="md" aria-busy="true" aria-label="Loading">
      <Skeleton h={22} w={180} />
      <Skeleton h={14} w={320} />
      <Skeleton h={220} radius="lg" />
    </Stack>
  );
}
