// The ledger of a record, a job or a request: what arrived, what it caused, what came twice and was done once, what
// waits, failed or was given up. Below an event stands what it led to.
import { Alert, Button, Chip, Group, Skeleton, Stack } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { count } from "../ui/format";
import { AlertIcon, CheckIcon, HourglassIcon, WarningIcon } from "../ui/icons";
import { ProblemNotice } from "../ui/Problem";
import { Entry } from "./Entry";
import classes from "./Ledger.module.css";
import { ledgers, serviceName } from "./ledgers";
import { treeOf } from "./tree";
import { KINDS, type LedgerKind, type LedgerTotals } from "./types";

const CHOICES: Record<LedgerKind, string> = {
  arrived: "Happened",
  caused: "Caused",
  suppressed: "Not done",
  waiting: "Waiting",
  failed: "Failed",
  parked: "Given up",
};

/** While something waits it is looked at often. */
const SOON_MS = 2500;

export function Ledger({ id }: { id: string }) {
  const [choice, setChoice] = useState<LedgerKind | null>(null);
  const feed = useInfiniteQuery({
    queryKey: ledgers.key(id, choice),
    queryFn: ({ pageParam }) => ledgers.of(id, choice, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
    refetchInterval: (query) => ((query.state.data?.pages[0]?.totals.waiting ?? 0) > 0 ? SOON_MS : false),
  });
  const first = feed.data?.pages[0];
  const entries = useMemo(() => (feed.data?.pages ?? []).flatMap((page) => page.entries), [feed.data]);
  const branches = useMemo(() => (choice ? entries.map((entry) => ({ entry, branches: [] })) : treeOf(entries)), [entries, choice]);

  return (
    <section aria-label="Ledger" data-testid="ledger">
      {first && <Verdict totals={first.totals} isWhole={first.warnings.length === 0} />}
      {first && first.warnings.length > 0 && (
        <Alert color="yellow" icon={<WarningIcon />} mb="md" data-testid="ledger-warning">
          {first.warnings.map((each) => serviceName(each.service)).join(" and ")} cannot be reached: what they know is missing here.
        </Alert>
      )}
      <Chip.Group value={choice ?? "all"} onChange={(value) => setChoice(value === "all" ? null : (value as LedgerKind))}>
        <Group gap={6} mb="md" role="radiogroup" aria-label="Show">
          {(["all", ...KINDS] as const).map((kind) => (
            <Chip key={kind} value={kind} size="xs" variant="light" radius="md" icon={null} classNames={{ iconWrapper: classes.noIcon, label: classes.chip }} data-testid={`ledger-${kind}`}>
              {kind === "all" ? "All" : CHOICES[kind]} {first ? count(first.totals[kind]) : ""}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {feed.error && <ProblemNotice error={feed.error} onRetry={() => void feed.refetch()} />}
      {feed.isPending && (
        <Stack gap="md" aria-busy="true">
          {[48, 64, 48].map((height, index) => (
            <Skeleton key={index} h={height} radius="md" />
          ))}
        </Stack>
      )}
      <ol className={classes.entries} data-testid="ledger-entries">
        {branches.map((branch) => (
          <Entry key={branch.entry.id} branch={branch} of={id} />
        ))}
      </ol>
      {feed.isSuccess && entries.length === 0 && (
        <p className={classes.nothing} data-testid="ledger-empty">
          {choice ? NOTHING[choice] : "Nothing had to be done here: no runs, nothing that came twice, nothing waiting, failed or given up."}
        </p>
      )}
      {feed.hasNextPage && (
        <Button variant="default" size="xs" fullWidth loading={feed.isFetchingNextPage} onClick={() => void feed.fetchNextPage()}>
          Show earlier
        </Button>
      )}
    </section>
  );
}

const NOTHING: Record<LedgerKind, string> = {
  arrived: "Nothing has happened here yet.",
  caused: "No workflow has done anything because of this.",
  suppressed: "Nothing came twice, and nothing was held back.",
  waiting: "Nothing waits: everything that happened has been handled.",
  failed: "Nothing failed.",
  parked: "Nothing was given up on.",
};

/** One sentence that says whether somebody has to look. */
function Verdict({ totals, isWhole }: { totals: LedgerTotals; isWhole: boolean }) {
  const trouble = totals.failed + totals.parked;
  const tone = trouble > 0 ? "bad" : totals.waiting > 0 ? "wait" : "good";
  const Mark = { bad: AlertIcon, wait: HourglassIcon, good: CheckIcon }[tone];
  const happened = `${things(totals.arrived)} happened, ${count(totals.caused)} ${totals.caused === 1 ? "was" : "were"} caused by it`;
  const twice = totals.times > 0 ? `; ${totals.times === 1 ? "one came again and was" : `${count(totals.times)} came again and were`} not done again` : "";
  const state =
    tone === "bad"
      ? `${things(trouble)} need${trouble === 1 ? "s" : ""} a look.`
      : tone === "wait"
        ? `${things(totals.waiting)} still wait${totals.waiting === 1 ? "s" : ""}; nothing is lost.`
        : isWhole
          ? "Nothing is waiting, nothing failed, nothing was done twice."
          : "As far as can be seen nothing failed.";
  return (
    <p className={classes.verdict} data-tone={tone} data-testid="ledger-verdict" aria-live="polite">
      <Mark size={16} />
      <span>
        {state} <span className={classes.faint}>{`${happened}${twice}.`}</span>
      </span>
    </p>
  );
}

function things(number: number): string {
  return number === 1 ? "1 thing" : `${count(number)} things`;
}
