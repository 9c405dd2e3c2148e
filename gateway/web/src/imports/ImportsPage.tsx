// Bringing data in: choose files and a profile, watch it run, see what was corrected, and receipts that add up.
import { Badge, Grid, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { jobs } from "../api/client";
import type { Job } from "../api/types";
import { keys } from "../app/queryClient";
import { useMay } from "../app/session";
import { ago, count, words } from "../ui/format";
import { Page } from "../ui/Page";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Imports.module.css";
import { JobView } from "./JobView";
import { StartImport } from "./StartImport";
import { isOver, TONES } from "./status";

export default function ImportsPage() {
  const { id } = useParams();
  const mayImport = useMay("import");
  const history = useQuery({
    queryKey: keys.jobs,
    queryFn: jobs.list,
    enabled: mayImport,
    refetchInterval: (query) => (query.state.data?.data.some((job) => !isOver(job)) ? 3000 : false),
  });
  const imports = (history.data?.data ?? []).filter((job) => job.kind.includes("import"));
  return (
    <Page title="Imports" width={1180}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          {id ? <JobView key={id} id={id} /> : mayImport ? <StartImport /> : <p className={classes.faint}>Your role may not import; ask an administrator.</p>}
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <section className={classes.card} aria-label="Earlier imports">
            <header className={classes.historyHead}>
              <h2 className={classes.heading}>History</h2>
              {id && (
                <Link className="link" to="/imports">
                  New import
                </Link>
              )}
            </header>
            {history.error && <ProblemNotice error={history.error} onRetry={() => void history.refetch()} />}
            {history.isLoading && <Skeleton h={90} />}
            {history.isSuccess && imports.length === 0 && (
              <p className={classes.faint}>
                No imports yet.
              </p>
            )}
            <ul className={classes.history} data-testid="import-history">
              {imports.map((job) => (
                <HistoryLine key={job.id} job={job} current={job.id === id} />
              ))}
            </ul>
          </section>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function HistoryLine({ job, current }: { job: Job; current: boolean }) {
  return (
    <li>
      <Link to={`/imports/${job.id}`} className={classes.historyLine} aria-current={current ? "true" : undefined}>
        <span className={classes.historyText}>
          <span>
            {job.mapping_name ?? "Import"}
            {job.dry_run ? " (dry run)" : ""}
          </span>
          <small className="num">
            {count(job.processed)} rows{job.created_at ? ` · ${ago(job.created_at)}` : ""}
            {job.failed > 0 ? ` · ${count(job.failed)} failed` : ""}
          </small>
        </span>
        <Badge color={TONES[job.status]}>{words(job.status)}</Badge>
      </Link>
    </li>
  );
}
