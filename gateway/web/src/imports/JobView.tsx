// One import while it runs and after: progress, counts, corrections, and the receipt of every file.
import { Alert, Badge, Button, Group, Progress, Skeleton, Table } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";

import { jobs } from "../api/client";
import type { Correction, ImportPart, Job, JobError } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { count, duration, instant, words } from "../ui/format";
import { AlertIcon, CheckIcon, DownloadIcon } from "../ui/icons";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import classes from "./Imports.module.css";
import { addsUp, isOver, OUTCOMES, TONES } from "./status";

export function JobView({ id }: { id: string }) {
  const { data: job, error, refetch } = useQuery({
    queryKey: keys.job(id),
    queryFn: () => jobs.get(id),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : 700),
    staleTime: 0,
  });
  const cancelling = useMutation({
    mutationFn: () => jobs.cancel(id),
    onError: (reason) => notifyProblem(reason, "Not cancelled"),
    onSettled: () => void refetch(),
  });
  const over = job ? isOver(job) : false;
  useEffect(() => {
    if (!over) return;
    void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "jobs" && query.queryKey[0] !== "session" });
    void queryClient.invalidateQueries({ queryKey: keys.jobs, exact: true });
  }, [over]);

  if (error && !job) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (!job) return <Skeleton h={260} radius="lg" />;
  return (
    <section className={classes.card} aria-label="Import" data-testid="job">
      <header className={classes.jobHead}>
        <div>
          <h2 className={classes.heading}>
            {job.dry_run ? "Dry run" : "Import"}
            {job.mapping_name ? ` · ${job.mapping_name}` : ""}
          </h2>
          <span className={classes.faint}>{job.created_at ? instant(job.created_at) : job.id}</span>
        </div>
        <Group gap="xs">
          <Badge size="lg" color={TONES[job.status]} data-testid="job-status">
            {words(job.status)}
          </Badge>
          {!over && (
            <Button size="xs" variant="default" onClick={() => cancelling.mutate()} loading={cancelling.isPending}>
              Cancel
            </Button>
          )}
        </Group>
      </header>
      <Running job={job} />
      <Outcomes job={job} />
      {job.error ? <Failure error={job.error} /> : null}
      {job.status === "completed" && <Verdict job={job} />}
      {job.corrections.length > 0 && <Corrections corrections={job.corrections} />}
      {job.parts.length > 0 && <Parts job={job} />}
    </section>
  );
}

function Running({ job }: { job: Job }) {
  const over = isOver(job);
  const share = job.total ? Math.min(100, (job.processed / job.total) * 100) : over ? 100 : 0;
  return (
    <div className={classes.progress}>
      <Progress
        value={job.status === "completed" ? 100 : share}
        color={job.status === "failed" ? "red" : job.status === "completed" ? "teal" : undefined}
        animated={job.status === "running"}
        size="md"
        radius="xl"
        aria-label="Progress"
      />
      <div className={classes.progressText}>
        <span data-testid="job-stage" aria-live="polite">
          {over ? words(job.status) : words(job.stage ?? "waiting")}
        </span>
        <span className="num">
          {count(job.processed)}
          {job.total ? ` of ${count(job.total)} rows` : " rows"}
          {!over && job.eta_seconds !== null && job.eta_seconds !== undefined ? ` · about ${duration(job.eta_seconds)} left` : ""}
        </span>
      </div>
    </div>
  );
}

function Outcomes({ job }: { job: Job }) {
  return (
    <dl className={classes.outcomes}>
      {OUTCOMES.map((outcome) => (
        <div key={outcome} data-outcome={outcome} data-some={job[outcome] > 0 || undefined}>
          <dt>{words(outcome)}</dt>
          <dd className="num" data-testid={`job-${outcome}`}>
            {count(job[outcome])}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Failure({ error }: { error: JobError }) {
  return (
    <Alert color="red" icon={<AlertIcon />} title="The import stopped" data-testid="job-error">
      {error.message} <span className="mono">({error.code})</span>
      {error.errors && error.errors.length > 0 && (
        <ul>
          {error.errors.slice(0, 20).map((each, index) => (
            <li key={index}>{place(each)}</li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

/** Where a file is wrong, in words: file, line, column, message. */
function place(fault: Record<string, unknown>): string {
  const { file, line, column, message, pointer, code, ...others } = fault;
  const where = [file, line !== undefined && `line ${String(line)}`, column && `column ${String(column)}`].filter(Boolean).join(", ");
  const what = message ?? pointer ?? code ?? Object.values(others).join(" ");
  return where ? `${where}: ${String(what)}` : String(what);
}

function Verdict({ job }: { job: Job }) {
  const nothing = job.created + job.updated === 0 && job.failed === 0;
  return (
    <div className={classes.verdict}>
      <CheckIcon size={16} />
      <span>
        {job.dry_run
          ? `Nothing was written. The import would create ${count(job.created)} and update ${count(job.updated)}.`
          : nothing
            ? "Nothing had to change: everything was here already."
            : `Created ${count(job.created)}, updated ${count(job.updated)}.`}
      </span>
      {!job.dry_run && (
        <Link className="link" to="/board">
          See the board
        </Link>
      )}
      {job.failed + job.skipped > 0 && <ErrorFile id={job.id} />}
    </div>
  );
}

function ErrorFile({ id }: { id: string }) {
  return (
    <Button size="xs" variant="default" component="a" href={jobs.errorsUrl(id)} download leftSection={<DownloadIcon size={14} />} data-testid="errors-csv">
      Rows with errors (CSV)
    </Button>
  );
}

function Corrections({ corrections }: { corrections: Correction[] }) {
  return (
    <section>
      <h3 className={classes.subheading}>Corrected on the way in</h3>
      <Table data-testid="corrections" verticalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Correction</Table.Th>
            <Table.Th ta="right">Times</Table.Th>
            <Table.Th>Examples</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {corrections.map((each, index) => (
            <Table.Tr key={`${each.code}-${index}`}>
              <Table.Td>{each.message}</Table.Td>
              <Table.Td ta="right" className="num">
                {count(each.count)}
              </Table.Td>
              <Table.Td className={classes.faint}>{each.examples.slice(0, 3).map(example).join(", ")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function example(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.values(value).filter((each) => each !== null && typeof each !== "object").join(" ");
}

function Parts({ job }: { job: Job }) {
  const totals = job.parts.reduce<ImportPart>(
    (sum, part) => ({
      ...sum,
      rows: sum.rows + part.rows,
      ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sum[outcome] + part[outcome]])),
    }),
    { entity: "", file: null, rows: 0, created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
  );
  return (
    <section>
      <h3 className={classes.subheading}>Receipt</h3>
      <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label="Receipt, scrollable">
        <Table data-testid="parts" verticalSpacing={8} className="num">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th>File</Table.Th>
              <Table.Th ta="right">Rows in</Table.Th>
              {OUTCOMES.map((outcome) => (
                <Table.Th key={outcome} ta="right">
                  {words(outcome)}
                </Table.Th>
              ))}
              <Table.Th>Adds up</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {job.parts.map((part) => (
              <PartRow key={`${part.entity}-${part.file}`} part={part} over={isOver(job)} label={words(part.entity)} />
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <PartRow part={totals} over={isOver(job)} label="All" />
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

function PartRow({ part, over, label }: { part: ImportPart; over: boolean; label: string }) {
  return (
    <Table.Tr>
      <Table.Td>{label}</Table.Td>
      <Table.Td className={classes.faint}>{part.file ?? ""}</Table.Td>
      <Table.Td ta="right">{count(part.rows)}</Table.Td>
      {OUTCOMES.map((outcome) => (
        <Table.Td key={outcome} ta="right" className={part[outcome] === 0 ? classes.faint : outcome === "failed" ? classes.bad : undefined}>
          {count(part[outcome])}
        </Table.Td>
      ))}
      <Table.Td>
        {addsUp(part) ? (
          <span className={classes.good}>
            <CheckIcon size={14} label="yes" />
          </span>
        ) : over ? (
          <span className={classes.bad}>no</span>
        ) : (
          <span className={classes.faint}>…</span>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
