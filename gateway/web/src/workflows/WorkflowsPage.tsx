// What Rapport does by itself: each workflow in a sentence with its switch, and what its last runs did.
import { Badge, Button, Skeleton, Switch } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";

import { list, workflows as api } from "../api/client";
import type { Workflow, WorkflowRun } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { addressOf } from "../records/names";
import { Reference } from "../records/FieldValue";
import { Empty } from "../ui/Empty";
import { quote } from "../ui/filter";
import { ago, count, instant, words } from "../ui/format";
import { PlusIcon, WorkflowIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import { describe, isEnrollment } from "./describe";
import { Enrollments } from "./Enrollments";
import { Findings } from "./Findings";
import { Versions } from "./Versions";
import { WhyPanel } from "./WhyPanel";
import classes from "./Workflows.module.css";

const TONES: Record<WorkflowRun["status"], string> = { pending: "gray", running: "iris", completed: "teal", failed: "red", suppressed: "yellow" };

export default function WorkflowsPage() {
  const { id } = useParams();
  const found = useQuery({ queryKey: keys.workflows, queryFn: () => list("workflows", { limit: 200, sort: "name" }) });
  const workflows = found.data?.data ?? [];
  const chosen = workflows.find((each) => each.id === id);
  const mayConfigure = useMay("configure");
  return (
    <Page title="Workflows" width={1080} actions={mayConfigure && <NewWorkflow />}>
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={200} radius="lg" />}
      {found.isSuccess && workflows.length === 0 && (
        <Empty icon={WorkflowIcon} title="No workflows yet">
          A workflow reacts to what happens: a trigger, a filter, and what to do. The recipes come with a new workspace.
        </Empty>
      )}
      {found.isSuccess && id && !chosen && (
        <Empty icon={WorkflowIcon} title="This workflow is not there" action={<Button variant="default" component={Link} to="/workflows">All workflows</Button>}>
          It may have been deleted, or the link is incomplete.
        </Empty>
      )}
      {workflows.length > 0 && (!id || chosen) && (
        <ul className={classes.list} data-testid="workflows">
          {(chosen ? [chosen] : workflows).map((workflow) => (
            <WorkflowCard key={workflow.id} workflow={workflow} selected={workflow.id === id} />
          ))}
        </ul>
      )}
      {chosen && <Findings id={chosen.id} />}
      {chosen && isEnrollment(chosen.trigger) && <Enrollments workflow={chosen} />}
      {chosen && <WhyPanel workflow={chosen} />}
      {(!id || chosen) && <Runs workflow={chosen ?? null} workflows={workflows} />}
      {chosen && <Versions workflow={chosen} />}
    </Page>
  );
}

function NewWorkflow() {
  return (
    <Button size="xs" leftSection={<PlusIcon size={14} />} component={Link} to="/workflows/new" data-testid="new-workflow">
      New workflow
    </Button>
  );
}

function WorkflowCard({ workflow, selected }: { workflow: Workflow; selected: boolean }) {
  const mayConfigure = useMay("configure");
  const turning = useMutation({
    mutationFn: (on: boolean) => (on ? api.enable : api.disable)(workflow.id, workflow.version),
    onSuccess: (after) => toast(`${after.name} is ${after.status === "published" ? "on" : "off"}`),
    onError: (error) => notifyProblem(error, "The workflow was not changed"),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keys.workflows }),
  });
  const on = turning.isPending ? turning.variables : workflow.status === "published";
  return (
    <li className={classes.card} data-on={on || undefined} data-selected={selected || undefined} data-testid={`workflow-${workflow.id}`}>
      <span className={classes.mark}>
        <WorkflowIcon size={17} />
      </span>
      <div className={classes.text}>
        <div className={classes.name}>
          <h2>{workflow.name}</h2>
          {workflow.status === "draft" && <Badge color="gray">Draft</Badge>}
          {workflow.recipe && <Badge color="gray">Recipe</Badge>}
        </div>
        <p>{describe(workflow)}</p>
        {workflow.filter && workflow.description && <code className={classes.filter}>{workflow.filter}</code>}
      </div>
      <div className={classes.actions}>
        <Switch
          checked={on}
          disabled={!mayConfigure || turning.isPending}
          onChange={(event) => turning.mutate(event.currentTarget.checked)}
          aria-label={`${workflow.name}: ${on ? "on" : "off"}`}
          data-testid={`switch-${workflow.id}`}
        />
        {mayConfigure && selected && (
          <Button size="compact-sm" variant="default" component={Link} to={`/workflows/${workflow.id}/edit`} data-testid="edit-workflow">
            Edit
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" component={Link} to={selected ? "/workflows" : `/workflows/${workflow.id}`}>
          {selected ? "All workflows" : "Runs"}
        </Button>
      </div>
    </li>
  );
}

function Runs({ workflow, workflows }: { workflow: Workflow | null; workflows: Workflow[] }) {
  const filter = workflow ? `workflow_id = ${quote(workflow.id)}` : undefined;
  const runs = useQuery({
    queryKey: [...keys.runs, filter ?? ""],
    queryFn: () => list("workflow-runs", { filter, sort: "-created_at", limit: 50 }),
    refetchInterval: 5000,
  });
  const names = new Map(workflows.map((each) => [each.id, each.name]));
  const rows = runs.data?.data ?? [];
  return (
    <section className={classes.runs} aria-label="Recent runs">
      <h2 className={classes.heading}>{workflow ? `Runs of ${workflow.name}` : "Recent runs"}</h2>
      {runs.error && <ProblemNotice error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.isPending && <Skeleton h={120} />}
      {runs.isSuccess && rows.length === 0 && <p className={classes.faint}>It has not run yet. Each run appears here with what it did and why.</p>}
      {rows.length > 0 && (
        <ol className={classes.runList} data-testid="runs">
          {rows.map((run) => (
            <RunLine key={run.id} run={run} name={names.get(run.workflow_id) ?? "Workflow"} />
          ))}
        </ol>
      )}
    </section>
  );
}

function RunLine({ run, name }: { run: WorkflowRun; name: string }) {
  const steps = run.steps ?? [];
  const faults = steps.filter((step) => step.error);
  // A run that was kept from beginning says the reasons of its steps, if it has any.
  const reasons = [...new Set(steps.map((step) => step.reason ?? "").filter(Boolean))];
  if (run.reason && reasons.length === 0 && faults.length === 0) reasons.push(run.reason);
  return (
    <li className={classes.run} data-testid={`run-${run.id}`}>
      <Badge color={TONES[run.status]} className={classes.status}>
        {words(run.status)}
      </Badge>
      <div className={classes.text}>
        <div className={classes.runName}>
          <strong>{name}</strong>
          {run.record_id && addressOf(run.record_id) && (
            <span className="clip">
              for <Reference id={run.record_id} />
              {(run.events ?? 1) > 1 && ` and ${count(run.events! - 1)} more of an import`}
            </span>
          )}
        </div>
        <div className={classes.faint}>{steps.map((step) => `${words(step.action)}: ${step.status}`).join(" · ")}</div>
        {reasons.map((reason) => (
          <div key={reason} className={classes.faint}>
            {reason}
          </div>
        ))}
        {faults.map((step, index) => (
          <div key={index} className={classes.fault}>
            {said(step.error)}
            {step.attempts && step.attempts > 1 ? ` (${step.attempts} attempts)` : ""}
          </div>
        ))}
      </div>
      <time className={`${classes.faint} num`} dateTime={run.created_at} title={instant(run.created_at)}>
        {ago(run.created_at)}
      </time>
    </li>
  );
}

function said(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null) {
    const { message, detail, code } = error as Record<string, unknown>;
    return String(message ?? detail ?? code ?? JSON.stringify(error));
  }
  return String(error);
}
