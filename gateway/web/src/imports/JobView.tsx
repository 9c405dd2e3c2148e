// One import while it runs and after: progress, counts, corrections, and the receipt of every file.
import { Alert, Badge, Button, Group, Progress, Skeleton, Table } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";

import { jobs } from "../api/client";
import { hasStatus } from "../api/problem";
import type { Correction, ImportPart, Job, JobError, JobStatus } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { JobLedger } from "../ledger/JobLedger";
import { Empty } from "../ui/Empty";
import { count, duration, instant, words } from "../ui/format";
import { AlertIcon, CheckIcon, DownloadIcon, ImportIcon } from "../ui/icons";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import classes from "./Imports.module.css";
import { Reasons } from "./Reasons";
import { addsUp, isOver, outcomesOf, titleOf, TONES, type Outcome } from "./status";
import { UndoImport } from "./UndoImport";

export function JobView({ id }: { id: string }) {
  const people = usePeople();
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
    void queryClient.invalidateQueries({ predicate: (query) => !["jobs", "session", "upload"].includes(String(query.queryKey[0])) });
    void queryClient.invalidateQueries({ queryKey: keys.jobs, exact: true });
  }, [over]);

  if (hasStatus(error, 404)) {
    return (
      <Empty icon={ImportIcon} title="This import is not there" action={<Button variant="default" component={Link} to="/imports">All imports</Button>}>
        The link may be incomplete.
      </Empty>
    );
  }
  if (error && !job) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (!job) return <Skeleton h={260} radius="lg" />;
  const who = people.name(job.requested_by);
  return (
    <section className={classes.card} aria-label="Import" data-testid="job">
      <header className={classes.jobHead}>
        <div>
          <h1 className={classes.heading}>
            {KINDS[job.kind === "undo" ? "undo" : job.dry_run ? "check" : "import"]} · {titleOf(job)}
          </h1>
          <span className={classes.faint}>
            {[job.created_at && instant(job.created_at), who && `by ${who}`, job.mapping_name && `with “${job.mapping_name}”`].filter(Boolean).join(" · ")}
          </span>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Badge size="lg" color={TONES[job.status]} data-testid="job-status">
            {words(job.status)}
          </Badge>
          {!over && (
            <Button size="xs" variant="default" onClick={() => cancelling.mutate()} loading={cancelling.isPending} data-testid="cancel-job">
              Cancel
            </Button>
          )}
          {over && <UndoImport job={job} />}
        </Group>
      </header>
      <Running job={job} />
      <Outcomes job={job} />
      {job.error ? <Failure error={job.error} title={job.kind === "undo" ? "The undo stopped" : "The import stopped"} /> : null}
      {job.status === "completed" && <Verdict job={job} />}
      {over && job.failed > 0 && job.kind === "import" && <Remedy job={job} />}
      <Reasons reasons={job.reasons ?? []} />
      {job.corrections.length > 0 && <Corrections corrections={job.corrections} />}
      {job.parts.length > 0 && <Parts job={job} />}
      {over && !job.dry_run && <JobLedger id={job.id} headingClass={classes.subheading} />}
    </section>
  );
}

const KINDS = { import: "Import", check: "Check", undo: "Undo" };

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
  const outcomes = outcomesOf(job);
  return (
    <dl className={classes.outcomes} data-count={outcomes.length}>
      {outcomes.map((outcome) => (
        <div key={outcome} data-outcome={outcome} data-some={(job[outcome] ?? 0) > 0 || undefined}>
          <dt>{words(outcome)}</dt>
          <dd className="num" data-testid={`job-${outcome}`}>
            {count(job[outcome] ?? 0)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Failure({ error, title }: { error: JobError; title: string }) {
  return (
    <Alert color="red" icon={<AlertIcon />} title={title} data-testid="job-error">
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
  const deals = job.parts.some((part) => part.entity.startsWith("deal") && part.created + part.updated > 0);
  return (
    <div className={classes.verdict}>
      <CheckIcon size={16} />
      <span>
        {job.kind === "undo"
          ? `Taken back: ${count(job.removed ?? 0)} removed, ${count(job.restored ?? 0)} put back as they were, ${count(job.kept ?? 0)} kept.`
          : job.dry_run
            ? `Nothing was written. The import would add ${count(job.created)} and change ${count(job.updated)}.`
            : nothing
              ? "Nothing had to change: everything was here already."
              : `${[job.created > 0 && `${count(job.created)} added`, job.updated > 0 && `${count(job.updated)} changed`].filter(Boolean).join(", ") || "Nothing came in"}.`}
      </span>
      {job.kind === "undo"
        ? job.undoes_id && (
            <Link className="link" to={`/imports/${job.undoes_id}`}>
              The import
            </Link>
          )
        : !job.dry_run && (
            <Link className="link" to={deals ? "/board" : seeAt(job)}>
              {deals ? "See the board" : "See them"}
            </Link>
          )}
    </div>
  );
}

function seeAt(job: Job): string {
  const entity = job.parts.find((part) => part.created + part.updated > 0)?.entity ?? "";
  const resource = ["accounts", "contacts", "leads", "deals"].find((name) => name.startsWith(entity.replace(/s$/, "")) && entity !== "");
  return resource ? `/${resource}` : "/board";
}

/** What to do with the rows that did not come in. */
function Remedy({ job }: { job: Job }) {
  return (
    <div className={classes.remedy}>
      <p>
        {job.failed === 1 ? "One row" : `${count(job.failed)} rows`} {job.dry_run ? "cannot" : "did not"} come in. The file has {job.failed === 1 ? "it" : "them"} with
        what is wrong in the last column. Correct it and import it; its columns are read as these were.
      </p>
      <Group gap="xs">
        <Button size="xs" variant="default" component="a" href={jobs.errorsUrl(job.id)} download leftSection={<DownloadIcon size={14} />} data-testid="errors-csv">
          Rows to correct (CSV)
        </Button>
        {!job.dry_run && (
          <Button size="xs" variant="default" component={Link} to={`/imports/new?like=${job.id}`} leftSection={<ImportIcon size={14} />} data-testid="import-corrected">
            Import the corrected file
          </Button>
        )}
      </Group>
    </div>
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
  const outcomes = outcomesOf(job);
  const sum = (name: "rows" | Outcome) => job.parts.reduce((before, part) => before + (part[name] ?? 0), 0);
  const totals: Row = { entity: "", file: null, rows: sum("rows"), ...Object.fromEntries(outcomes.map((outcome) => [outcome, sum(outcome)])) };
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
              {outcomes.map((outcome) => (
                <Table.Th key={outcome} ta="right">
                  {words(outcome)}
                </Table.Th>
              ))}
              <Table.Th>Adds up</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {job.parts.map((part) => (
              <PartRow key={`${part.entity}-${part.file}`} part={part} outcomes={outcomes} status={job.status} label={words(part.entity)} />
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <PartRow part={totals} outcomes={outcomes} status={job.status} label="All" />
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

type Row = Pick<ImportPart, "entity" | "file" | "rows"> & Partial<Record<Outcome, number>>;

function PartRow({ part, outcomes, status, label }: { part: Row; outcomes: readonly Outcome[]; status: JobStatus; label: string }) {
  return (
    <Table.Tr>
      <Table.Td>{label}</Table.Td>
      <Table.Td className={classes.faint}>{part.file ?? ""}</Table.Td>
      <Table.Td ta="right">{count(part.rows)}</Table.Td>
      {outcomes.map((outcome) => (
        <Table.Td key={outcome} ta="right" className={!part[outcome] ? classes.faint : outcome === "failed" ? classes.bad : undefined}>
          {count(part[outcome] ?? 0)}
        </Table.Td>
      ))}
      <Table.Td>
        {addsUp(part, outcomes) ? (
          <span className={classes.good}>
            <CheckIcon size={14} label="yes" />
          </span>
        ) : status === "completed" ? (
          <span className={classes.bad}>no</span>
        ) : (
          <span className={classes.faint}>{status === "failed" || status === "cancelled" ? "stopped" : "…"}</span>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
