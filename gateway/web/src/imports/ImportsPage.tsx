// Former imports: what came in, from whom, with which result, and whether it was taken back.
import { Badge, Button, Skeleton, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { jobs } from "../api/client";
import type { Job } from "../api/types";
import { usePeople } from "../app/directory";
import { keys } from "../app/queryClient";
import { useMay } from "../app/session";
import { Empty } from "../ui/Empty";
import { ago, count, instant, words } from "../ui/format";
import { ImportIcon, UndoIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Imports.module.css";
import { countsOf, isOver, titleOf, TONES } from "./status";

export default function ImportsPage() {
  const mayImport = useMay("import");
  const [checks, showChecks] = useState(false);
  const history = useQuery({
    queryKey: keys.jobs,
    queryFn: jobs.list,
    enabled: mayImport,
    refetchInterval: (query) => (query.state.data?.data.some((job) => !isOver(job)) ? 3000 : false),
  });
  const all = (history.data?.data ?? []).filter((job) => job.kind === "import" || job.kind === "undo");
  const shown = all.filter((job) => checks || !job.dry_run);
  const start = (
    <Button size="xs" component={Link} to="/imports/new" leftSection={<ImportIcon size={14} />} data-testid="new-import">
      New import
    </Button>
  );
  return (
    <Page title="Imports" width={1080} actions={mayImport && start}>
      {!mayImport && (
        <Empty icon={ImportIcon} title="Your role may not import">
          Ask an administrator to bring a file in, or to let you do it.
        </Empty>
      )}
      {history.error && <ProblemNotice error={history.error} onRetry={() => void history.refetch()} />}
      {history.isLoading && <Skeleton h={180} radius="lg" />}
      {history.isSuccess && all.length === 0 && (
        <Empty icon={ImportIcon} title="Nothing has been imported yet" action={<Button component={Link} to="/imports/new">Import a file</Button>}>
          Bring in accounts, contacts, leads, deals or activities from CSV or Excel. You see what will happen before it does, and can undo it afterwards.
        </Empty>
      )}
      {all.length > 0 && (
        <section className={classes.card} aria-label="Former imports">
          <header className={classes.historyHead}>
            <h2 className={classes.heading}>Former imports</h2>
            <Switch size="xs" label="Show checks too" checked={checks} onChange={(event) => showChecks(event.currentTarget.checked)} />
          </header>
          {shown.length === 0 && <p className={classes.faint}>Only checks so far; nothing was written.</p>}
          <ul className={classes.history} data-testid="import-history">
            {shown.map((job) => (
              <HistoryLine key={job.id} job={job} undo={all.find((each) => each.id === job.undo_id)} />
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}

function HistoryLine({ job, undo }: { job: Job; undo: Job | undefined }) {
  const people = usePeople();
  const who = people.name(job.requested_by);
  return (
    <li>
      <Link to={`/imports/${job.id}`} className={classes.historyLine} data-testid={`job-${job.id}`}>
        <span className={classes.historyText}>
          <span className={classes.historyTitle}>
            {job.kind === "undo" ? `Undo: ${titleOf(job)}` : titleOf(job)}
            {job.dry_run && <Badge color="gray">Check only</Badge>}
            {job.undo_id && (
              <Badge color="gray" leftSection={<UndoIcon size={11} />} data-testid="taken-back">
                {undo === undefined || undo.status === "completed" ? "Taken back" : isOver(undo) ? "Undo stopped" : "Being taken back"}
              </Badge>
            )}
          </span>
          <small className="num" title={job.created_at ? instant(job.created_at) : undefined}>
            {[who, job.created_at ? ago(job.created_at) : null, `${count(job.processed)} rows`, countsOf(job)].filter(Boolean).join(" · ")}
          </small>
        </span>
        <Badge color={TONES[job.status]}>{words(job.status)}</Badge>
      </Link>
    </li>
  );
}
