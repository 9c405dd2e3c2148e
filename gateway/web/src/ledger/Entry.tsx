// One entry: a sentence, when, what came of it; ids and technical detail on demand; what it led to below it.
import { Button, UnstyledButton } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link } from "react-router";

import { queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { ago, count, instant, words } from "../ui/format";
import { AlertIcon, ChevronDownIcon, ChevronRightIcon, CopyIcon, HistoryIcon, HourglassIcon, WarningIcon, WorkflowIcon, type Icon } from "../ui/icons";
import { notifyProblem } from "../ui/Problem";
import { toast } from "../ui/toast";
import classes from "./Ledger.module.css";
import { addressOfAny, later, ledgers, serviceName } from "./ledgers";
import type { Branch } from "./tree";
import type { LedgerEntry, LedgerKind, Named } from "./types";

const MARKS: Record<LedgerKind, [Icon, string]> = {
  arrived: [HistoryIcon, "Happened"],
  caused: [WorkflowIcon, "Caused"],
  suppressed: [CopyIcon, "Not done"],
  waiting: [HourglassIcon, "Waiting"],
  failed: [AlertIcon, "Failed"],
  parked: [WarningIcon, "Given up"],
};

export function Entry({ branch, of }: { branch: Branch; of: string }) {
  const { entry, branches } = branch;
  const [isOpen, setOpen] = useState(true);
  const [hasDetails, setDetails] = useState(false);
  const [Mark, meaning] = MARKS[entry.kind];
  const detailsId = useId();
  const branchesId = useId();
  const records = recordsOf(entry, of);
  return (
    <li className={classes.entry} data-kind={entry.kind} data-testid="ledger-entry">
      <span className={classes.mark}>
        <Mark size={14} label={meaning} />
      </span>
      <div className={classes.box}>
        <div className={classes.line}>
          <span className={classes.summary}>{entry.summary}</span>
          <time className={`${classes.at} num`} dateTime={entry.at} title={instant(entry.at)}>
            {ago(entry.at)}
          </time>
        </div>
        {records.length > 0 && (
          <ul className={classes.records} aria-label="Records">
            {records.map((record) => (
              <li key={record.id}>
                <Link className="link" to={addressOfAny(record.id)}>
                  {record.label ?? words(record.type)}
                </Link>
              </li>
            ))}
          </ul>
        )}
        {entry.remedy && <Remedy entry={entry} />}
        <div className={classes.tools}>
          {entry.handled.length > 0 && (
            <span className={classes.faint}>
              {entry.handled.every((each) => each.state === "done")
                ? `Taken by ${count(entry.handled.length)} ${entry.handled.length === 1 ? "service" : "services"}, the last ${later(Math.max(...entry.handled.map((each) => each.after_ms)))} later`
                : `Not finished by ${entry.handled.filter((each) => each.state !== "done").map((each) => serviceName(each.service)).join(", ")}`}
            </span>
          )}
          <UnstyledButton className={classes.tool} aria-expanded={hasDetails} aria-controls={detailsId} onClick={() => setDetails(!hasDetails)}>
            {hasDetails ? "Hide details" : "Details"}
          </UnstyledButton>
          {branches.length > 0 && (
            <UnstyledButton className={classes.tool} aria-expanded={isOpen} aria-controls={branchesId} onClick={() => setOpen(!isOpen)}>
              {isOpen ? <ChevronDownIcon size={12} /> : <ChevronRightIcon size={12} />}
              {branches.length === 1 ? "1 consequence" : `${count(branches.length)} consequences`}
            </UnstyledButton>
          )}
        </div>
        <div id={detailsId} hidden={!hasDetails}>
          {hasDetails && <Details entry={entry} />}
        </div>
        {branches.length > 0 && (
          <ol className={classes.branches} id={branchesId} hidden={!isOpen}>
            {branches.map((each) => (
              <Entry key={each.entry.id} branch={each} of={of} />
            ))}
          </ol>
        )}
      </div>
    </li>
  );
}

/** What an entry made or is about, without the record whose ledger this is. */
function recordsOf(entry: LedgerEntry, of: string): Named[] {
  const named = [...entry.effects.map((effect) => effect.record), entry.because?.record ?? null, entry.record];
  const found = new Map<string, Named>();
  for (const record of named) if (record && record.id !== of && record.type !== "run") found.set(record.id, found.get(record.id) ?? record);
  return [...found.values()];
}

function Remedy({ entry }: { entry: LedgerEntry }) {
  const remedy = entry.remedy!;
  const may = useMay(remedy.action === "redrive" ? "configure" : "write");
  const doing = useMutation({
    mutationFn: () => (remedy.action === "redrive" ? ledgers.redrive(entry.service, remedy.id!) : ledgers.retryRun(remedy.id!)),
    onSuccess: () => toast("It is tried again now"),
    onError: (error) => notifyProblem(error, "It was not tried again"),
    onSettled: () => void queryClient.invalidateQueries({ predicate: (query) => query.queryKey.includes("ledger") }),
  });
  return (
    <div className={classes.remedy}>
      <span>{remedy.text}</span>
      {remedy.action && may && (
        <Button size="compact-xs" variant="default" loading={doing.isPending} onClick={() => doing.mutate()} data-testid="ledger-retry">
          Try again
        </Button>
      )}
    </div>
  );
}

function Details({ entry }: { entry: LedgerEntry }) {
  const { event, because } = entry;
  const request = event?.request_id ?? because?.request_id;
  return (
    <dl className={classes.details} data-testid="ledger-details">
      {entry.handled.map((each) => (
        <Row key={each.service} name={serviceName(each.service)}>
          {each.state === "done" ? "handled it" : each.state === "waiting" ? "tries again" : "gave up"} {later(each.after_ms)} later
        </Row>
      ))}
      {because?.workflow && (
        <Row name="Workflow">
          <Link className="link" to={`/workflows/${because.workflow.id}`}>
            {because.workflow.name ?? because.workflow.id}
          </Link>
          {because.workflow.revision ? `, revision ${because.workflow.revision}` : ""}
        </Row>
      )}
      {because?.verdict && <Row name="Its filter found">{because.verdict}</Row>}
      {because?.job_id && (
        <Row name="Import">
          <Link className="link" to={`/imports/${because.job_id}`}>
            the job
          </Link>
        </Row>
      )}
      {entry.effects.map((effect, index) => (
        <Row key={index} name={words(effect.status)}>
          {effect.summary}
          {effect.attempts && effect.attempts > 1 ? ` (${effect.attempts} attempts)` : ""}
          {effect.error ? `: ${effect.error}` : ""}
          {effect.key && <span className={classes.id}>{effect.key}</span>}
        </Row>
      ))}
      {Object.entries(event?.changes ?? {}).map(([name, pair]) => (
        <Row key={name} name={words(name)}>
          {said(pair?.[0])} → {said(pair?.[1])}
        </Row>
      ))}
      {typeof entry.details?.error === "string" && <Row name="Reason">{entry.details.error}</Row>}
      <Row name="At">{instant(entry.at)}</Row>
      {entry.origin && <Row name="Came through">{entry.origin}</Row>}
      {event && <Row name="Event" id={`${event.type} ${event.id}, position ${count(event.position)}`} />}
      {!event && because?.event_id && <Row name="Because of" id={because.event_id} />}
      {because?.run_id && <Row name="Run" id={because.run_id} />}
      {request && (
        <Row name="Request">
          <Link className={`link ${classes.id}`} to={`/ledger/${encodeURIComponent(request)}`}>
            {request}
          </Link>
        </Row>
      )}
    </dl>
  );
}

function Row({ name, id, children }: { name: string; id?: string; children?: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{id ? <span className={classes.id}>{id}</span> : children}</dd>
    </>
  );
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return "empty";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
