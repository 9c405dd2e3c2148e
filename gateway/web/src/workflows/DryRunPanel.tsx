// What a workflow would have done in the past, counted while one waits; nothing is written, nobody is told.
import { Button, Group, Progress, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { workflows as api } from "../api/client";
import type { DryRun, WorkflowDefinition } from "../api/types";
import { Reference } from "../records/FieldValue";
import { count, shortInstant, words } from "../ui/format";
import { HistoryIcon } from "../ui/icons";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Builder.module.css";

const SPANS = [7, 30, 90, 365];
const MADE: Record<string, [string, string]> = {
  create_task: ["task", "tasks"],
  create_meeting: ["meeting", "meetings"],
  create_deal: ["deal", "deals"],
  open_renewal: ["renewal deal", "renewal deals"],
  assign_owner: ["owner assigned", "owners assigned"],
  set_lifecycle: ["lifecycle stage set", "lifecycle stages set"],
  notify: ["notification", "notifications"],
  wait: ["pause", "pauses"],
};

const counted = (number: number, [one, many]: [string, string]) => `${count(number)} ${number === 1 ? one : many}`;

export function DryRunPanel({ definition }: { definition: WorkflowDefinition }) {
  const [days, setDays] = useState(90);
  const [seen, setSeen] = useState<DryRun | null>(null);
  const looking = useMutation({
    mutationFn: async () => {
      let found = await api.dryRun(definition, days, null);
      setSeen(found);
      while (found.next_cursor) {
        found = await api.dryRun(definition, days, found.next_cursor);
        setSeen(found);
      }
      return found;
    },
    onMutate: () => setSeen(null),
  });
  return (
    <section className={classes.panel} aria-label="What it would have done">
      <h2>What it would have done</h2>
      <p className={classes.faint}>Looks through what happened. Nothing is changed, and nobody is told.</p>
      <Group gap={8} align="end">
        <Select size="xs" w={150} label="In the last" data={SPANS.map((span) => ({ value: String(span), label: `${span} days` }))} value={String(days)} allowDeselect={false} onChange={(value) => setDays(Number(value))} />
        <Button size="xs" variant="default" leftSection={<HistoryIcon size={14} />} loading={looking.isPending} onClick={() => looking.mutate()} data-testid="dry-run">
          Look back
        </Button>
      </Group>
      {looking.error && <ProblemNotice error={looking.error} />}
      {looking.isPending && <Progress value={progress(seen)} size="sm" aria-label="How far it has looked" animated />}
      {seen && !looking.error && <Outcome found={seen} days={days} />}
    </section>
  );
}

function progress(seen: DryRun | null): number {
  if (!seen?.until) return 2;
  const begin = Date.parse(seen.since);
  return Math.min(99, (100 * (Date.parse(seen.until) - begin)) / (Date.now() - begin));
}

function Outcome({ found, days }: { found: DryRun; days: number }) {
  const made = Object.entries(found.actions).map(([type, number]) => counted(number, MADE[type] ?? [words(type), words(type)]));
  return (
    <div data-testid="dry-run-result" aria-live="polite">
      <p className={classes.verdict}>
        {found.runs === 0 ? "It would not have run." : `It would have run ${found.runs === 1 ? "once" : `${count(found.runs)} times`}: ${made.join(", ")}.`}
        {found.on_closed_deals > 0 && ` ${count(found.on_closed_deals)} of them about deals that were closed already.`}
      </p>
      <p className={classes.faint}>
        {counted(found.events, ["event", "events"])} of its kind in {days} days{found.is_complete ? "" : ", so far"}.
      </p>
      <Days byDay={found.by_day} since={found.since} days={days} />
      <Reasons title="Kept from beginning" reasons={found.suppressed} />
      <Reasons title="Nothing to do" reasons={found.skipped} />
      {found.examples.length > 0 && (
        <>
          <h3>The newest</h3>
          <ol className={classes.examples}>
            {[...found.examples].reverse().slice(0, 8).map((example) => (
              <li key={example.event_id}>
                <span className="clip">
                  <Reference id={example.record_id} />
                </span>
                <span className={classes.faint}>{shortInstant(example.at)}</span>
                {example.said && <div className={classes.faint}>{example.said}</div>}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

/** Runs a day, as bars; a long span in as many bars as fit. */
function Days({ byDay, since, days }: { byDay: Record<string, number>; since: string; days: number }) {
  const bars = Math.min(days, 60);
  const begin = Date.parse(since.slice(0, 10));
  const sums = new Array<number>(bars).fill(0);
  for (const [day, number] of Object.entries(byDay)) {
    const place = Math.floor(((Date.parse(day) - begin) / 86_400_000 / (days + 1)) * bars);
    sums[Math.max(0, Math.min(bars - 1, place))]! += number;
  }
  const most = Math.max(...sums);
  if (most === 0) return null;
  return (
    <div className={classes.days} role="img" aria-label={`Runs over ${days} days, at most ${most} in one bar`}>
      {sums.map((sum, place) => (
        <span key={place} style={{ height: `${sum === 0 ? 2 : Math.max(6, (100 * sum) / most)}%` }} data-empty={sum === 0 || undefined} />
      ))}
    </div>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: Record<string, number> }) {
  const rows = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className={classes.reasons}>
        {rows.slice(0, 6).map(([reason, number]) => (
          <li key={reason}>
            <strong className="num">{count(number)}</strong> {reason.replace(/^Suppressed: /, "")}
          </li>
        ))}
      </ul>
    </>
  );
}
