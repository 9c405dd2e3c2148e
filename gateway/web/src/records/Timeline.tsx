// What happened with a record, newest first: logged activities and the record's own events.
import { Button, Chip, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { timeline, type RecordResource } from "../api/client";
import type { ActivityKind, TimelineItem } from "../api/types";
import { keys } from "../app/queryClient";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Timeline.module.css";
import { TimelineEntry } from "./TimelineEntry";

type Choice = "all" | ActivityKind | "event";

const CHOICES: [Choice, string][] = [
  ["all", "All"],
  ["note", "Notes"],
  ["call", "Calls"],
  ["email", "Emails"],
  ["meeting", "Meetings"],
  ["task", "Tasks"],
  ["event", "Changes"],
];

export function Timeline({ resource, id }: { resource: RecordResource; id: string }) {
  const [choice, setChoice] = useState<Choice>("all");
  const kinds = choice === "all" ? "" : choice;
  const feed = useInfiniteQuery({
    queryKey: keys.timelineOf(id, kinds),
    queryFn: ({ pageParam }) => timeline(resource, id, pageParam, kinds),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
  const shown = useMemo(() => (feed.data?.pages ?? []).flatMap((page) => page.data), [feed.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = feed;

  return (
    <section aria-label="Timeline" data-testid="timeline">
      <Chip.Group value={choice} onChange={(value) => setChoice(value as Choice)}>
        <Group gap={6} mb="md">
          {CHOICES.map(([value, label]) => (
            <Chip key={value} value={value} size="xs" variant="light" radius="md" icon={null} classNames={{ iconWrapper: classes.noIcon, label: classes.chip }}>
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {feed.error && <ProblemNotice error={feed.error} onRetry={() => void feed.refetch()} />}
      {feed.isPending && (
        <Stack gap="md">
          {[60, 90, 48].map((height) => (
            <Skeleton key={height} h={height} radius="md" />
          ))}
        </Stack>
      )}
      <ol className={classes.entries}>
        {shown.map((item, index) => (
          <TimelineEntry key={item.activity?.id ?? `${item.at}-${index}`} item={item} newDay={isNewDay(shown[index - 1], item)} />
        ))}
      </ol>
      {feed.isSuccess && shown.length === 0 && !hasNextPage && (
        <Text size="sm" c="dimmed" ta="center" py="xl">
          {choice === "all" ? "Nothing has happened yet. Log a note, a call or a task above." : "Nothing of this kind yet."}
        </Text>
      )}
      {hasNextPage && (
        <Button variant="default" size="xs" fullWidth loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier
        </Button>
      )}
    </section>
  );
}

function isNewDay(before: TimelineItem | undefined, item: TimelineItem): boolean {
  return !before || new Date(before.at).toDateString() !== new Date(item.at).toDateString();
}
