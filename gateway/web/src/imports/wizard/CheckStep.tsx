// The last step: every row is checked without writing anything, then the import begins.
import { Alert, Button, Checkbox, Group, Progress, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { imports, jobs } from "../../api/client";
import type { Job } from "../../api/types";
import { keys, queryClient } from "../../app/queryClient";
import { count, duration } from "../../ui/format";
import { AlertIcon, CheckIcon, DownloadIcon, ImportIcon, InfoIcon, RefreshIcon } from "../../ui/icons";
import { notifyProblem, ProblemNotice } from "../../ui/Problem";
import { toast } from "../../ui/toast";
import { Reasons } from "../Reasons";
import { isOver } from "../status";
import { called } from "./fields";
import { Back } from "./PreviewStep";
import { toSave } from "./mapping";
import type { StepProps } from "./Steps";
import { rememberMapping } from "./useDraft";
import classes from "./Wizard.module.css";

export function CheckStep({ upload, draft, setDraft, go, isRich }: StepProps) {
  const navigate = useNavigate();
  const { mapping, automation } = draft;
  const of = JSON.stringify(mapping);
  const current = draft.check?.of === of ? draft.check.jobId : null;
  const order = { upload_id: upload.id, mapping, automation };

  const checking = useMutation({
    mutationFn: () => imports.start({ ...order, dry_run: true }),
    onSuccess: (job) => {
      queryClient.setQueryData(keys.job(job.id), job);
      setDraft((before) => ({ ...before, check: { jobId: job.id, of } }));
    },
  });
  const asked = useRef<string | null>(null);
  const { mutate } = checking;
  useEffect(() => {
    if (current || asked.current === of) return;
    asked.current = of;
    mutate();
  }, [current, of, mutate]);

  const check = useQuery({
    queryKey: keys.job(current ?? ""),
    queryFn: () => jobs.get(current!),
    enabled: current !== null,
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : 700),
    staleTime: 0,
  });
  const starting = useMutation({
    mutationFn: () => imports.start({ ...order, dry_run: false }),
    onSuccess: (job) => {
      rememberMapping(job.id, mapping);
      queryClient.setQueryData(keys.job(job.id), job);
      void queryClient.invalidateQueries({ queryKey: keys.jobs });
      navigate(`/imports/${job.id}`);
    },
  });
  const job = check.data;
  const over = job !== undefined && isOver(job);
  const coming = job ? job.created + job.updated : 0;
  const again = () => {
    setDraft((before) => ({ ...before, check: null }));
    asked.current = of;
    mutate();
  };

  return (
    <>
      <section className={classes.card} aria-label="Check of all rows" data-testid="check">
        <div>
          <h2 className={classes.heading}>{over ? "What the import will do" : "Checking every row"}</h2>
          <p className={classes.lead}>
            {over
              ? "Nothing has been written yet."
              : "Each row is read and compared with what is here. Nothing is written."}
          </p>
        </div>
        {checking.error && <ProblemNotice error={checking.error} onRetry={again} />}
        {check.error && !job && <ProblemNotice error={check.error} onRetry={() => void check.refetch()} />}
        {!over && !checking.error && <Checking job={job} />}
        {over && job.status !== "completed" && (
          <Alert color="red" icon={<AlertIcon />} title={job.status === "cancelled" ? "The check was cancelled" : "The check stopped"} data-testid="check-stopped">
            {job.error?.message ?? "Some rows were not looked at."}
            <FaultList job={job} />
            <Button mt="sm" size="xs" variant="default" leftSection={<RefreshIcon size={14} />} onClick={again}>
              Check again
            </Button>
          </Alert>
        )}
        {over && job.status === "completed" && <Forecast job={job} />}
      </section>
      {over && job.status === "completed" && coming > 0 && (
        <section className={classes.card} aria-label="Import">
          <Checkbox
            label="Let workflows act on these records"
            description="For instance create the follow-up tasks that they create for new records. Leave it off for records of the past."
            checked={automation === "run"}
            onChange={(event) => setDraft((before) => ({ ...before, automation: event.target.checked ? "run" : "suppress" }))}
            data-testid="automation"
          />
          {!isRich && <SaveMapping {...{ draft, setDraft }} />}
          {starting.error && <ProblemNotice error={starting.error} />}
        </section>
      )}
      <Group justify="space-between">
        <Back onClick={() => go("preview")} />
        <Button
          leftSection={<ImportIcon size={15} />}
          disabled={!over || job.status !== "completed" || coming === 0}
          loading={starting.isPending}
          onClick={() => starting.mutate()}
          data-testid="start-import"
        >
          {coming > 0 ? `Import ${count(coming)} ${coming === 1 ? "record" : "records"}` : "Import"}
        </Button>
      </Group>
    </>
  );
}

function Checking({ job }: { job: Job | undefined }) {
  const share = job?.total ? Math.min(100, (job.processed / job.total) * 100) : 0;
  return (
    <div className={classes.progress} role="status">
      <Progress value={job?.total ? share : 100} animated striped={!job?.total} radius="xl" aria-label="Progress of the check" />
      <span className={`${classes.faint} num`}>
        {job ? `${count(job.processed)}${job.total ? ` of ${count(job.total)}` : ""} rows` : "Starting"}
        {job?.eta_seconds ? ` · about ${duration(job.eta_seconds)} left` : ""}
      </span>
    </div>
  );
}

const LINES = [
  { outcome: "created", one: "will be added", many: "will be added" },
  { outcome: "updated", one: "will be changed", many: "will be changed" },
  { outcome: "unchanged", one: "is here already, just as in the file", many: "are here already, just as in the file" },
  { outcome: "skipped", one: "is left out", many: "are left out" },
  { outcome: "failed", one: "cannot come in", many: "cannot come in" },
] as const;

/** Which kinds of records a number stands for, where there are several. */
function kinds(job: Job, outcome: (typeof LINES)[number]["outcome"]): string {
  const some = job.parts
    .filter((part) => part[outcome] > 0)
    .map((part) => `${count(part[outcome])} ${called(part.entity)[part[outcome] === 1 ? "one" : "many"]}`);
  return job.parts.length > 1 && some.length > 0 ? ` (${some.join(", ")})` : "";
}

function Forecast({ job }: { job: Job }) {
  const coming = job.created + job.updated;
  return (
    <>
      {coming === 0 && (
        <p className={classes.verdict} data-testid="nothing-comes">
          <InfoIcon size={15} />
          {job.failed === 0 && job.unchanged > 0 ? "There is nothing to bring in: everything is here already." : "As it is, no row can come in."}
        </p>
      )}
      <ul className={classes.forecast}>
        {LINES.filter(({ outcome }) => job[outcome] > 0).map(({ outcome, one, many }) => (
          <li key={outcome} data-outcome={outcome}>
            {outcome === "failed" ? <AlertIcon size={16} /> : <CheckIcon size={16} />}
            <strong className="num" data-testid={`check-${outcome}`}>
              {count(job[outcome])}
            </strong>
            <span>
              {job[outcome] === 1 ? one : many}
              {kinds(job, outcome)}
            </span>
          </li>
        ))}
      </ul>
      <Reasons reasons={job.reasons ?? []} />
      {job.failed > 0 && (
        <div className={classes.remedy}>
          <p>
            Go back to change how a column is read{coming > 0 ? ", or import the others now and these later" : ""}. The file has each of these rows with the
            reason beside it.
          </p>
          <Button size="xs" variant="default" component="a" href={jobs.errorsUrl(job.id)} download leftSection={<DownloadIcon size={14} />} data-testid="check-errors">
            These rows as a file
          </Button>
        </div>
      )}
      {job.corrections.length > 0 && (
        <details className={classes.corrections}>
          <summary>
            Corrected on the way in: {count(job.corrections.reduce((sum, each) => sum + each.count, 0))}
          </summary>
          <ul className={classes.plain}>
            {job.corrections.map((each) => (
              <li key={each.code + each.message}>
                {each.message}: <span className="num">{count(each.count)}</span>
                {each.examples.length > 0 && <span className={classes.faint}> ({each.examples.slice(0, 3).map(String).join(", ")})</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function FaultList({ job }: { job: Job }) {
  const faults = job.error?.errors ?? [];
  if (faults.length === 0) return null;
  return (
    <ul className={classes.plain}>
      {faults.slice(0, 10).map((fault, index) => (
        <li key={index}>{String(fault.message ?? Object.values(fault).join(" "))}</li>
      ))}
    </ul>
  );
}

/** Next month's file is read the same way: by the saved choices, under a name. */
function SaveMapping({ draft, setDraft }: Pick<StepProps, "draft" | "setDraft">) {
  const saved = useQuery({ queryKey: keys.mappings, queryFn: imports.mappings, staleTime: 30_000 });
  const began = saved.data?.data.find((each) => each.id === draft.savedId && !each.is_builtin);
  const [name, setName] = useState<string | null>(null);
  const text = name ?? began?.name ?? "";
  const known = saved.data?.data.find((each) => each.name === text.trim() && !each.is_builtin);
  const saving = useMutation({
    mutationFn: () => (known ? imports.changeMapping(known, toSave(draft.mapping)) : imports.saveMapping(text.trim(), toSave(draft.mapping))),
    onSuccess: (after) => {
      toast(`Saved as “${after.name}”`);
      setDraft((before) => ({ ...before, savedId: after.id }));
      void queryClient.invalidateQueries({ queryKey: keys.mappings });
    },
    onError: (error) => notifyProblem(error, "Not saved"),
  });
  return (
    <form
      className={classes.save}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) saving.mutate();
      }}
    >
      <TextInput
        label="Save these choices for the next file"
        placeholder="For instance: Monthly deals from the shop"
        maxLength={120}
        value={text}
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="mapping-name"
      />
      <Button type="submit" variant="default" disabled={!text.trim()} loading={saving.isPending} data-testid="save-mapping">
        {known ? "Save again" : "Save"}
      </Button>
    </form>
  );
}
