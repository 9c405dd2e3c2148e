// The records that a workflow takes up: when, which it took, and the way to choose some by hand.
import { Badge, Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { workflows as api } from "../api/client";
import type { Enrollment, Trigger, Workflow } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { Reference } from "../records/FieldValue";
import { idIn } from "../records/names";
import { instant } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import builder from "./Builder.module.css";
import { takingUp } from "./describe";
import classes from "./Workflows.module.css";

const TONES: Record<Enrollment["status"], string> = { pending: "gray", told: "teal", refused: "red" };
const WORDS: Record<Enrollment["status"], string> = { pending: "on its way", told: "taken up", refused: "refused" };

/** What the builder says in place of a dry run. */
export function TakingUp({ trigger }: { trigger: Trigger }) {
  return (
    <section className={builder.panel} aria-label="When it takes records up">
      <h2>When it takes records up</h2>
      <p>{`${takingUp(trigger).replace(/^./, (first) => first.toUpperCase())}, each once for an occasion.`}</p>
      <p className={builder.faint}>Days and times are those of the workspace. There is no past to look through: the list of the records with the same filter shows what it would find today.</p>
    </section>
  );
}

export function Enrollments({ workflow }: { workflow: Workflow }) {
  const people = usePeople();
  const found = useQuery({ queryKey: [...keys.workflows, workflow.id, "enrollments"], queryFn: () => api.enrollments(workflow.id) });
  const taken = found.data?.data ?? [];
  const isOn = workflow.status === "published";
  return (
    <section className={classes.runs} aria-label="Taken up">
      <h2 className={classes.heading}>Taken up</h2>
      <p className={classes.faint}>
        It takes records up {takingUp(workflow.trigger)}.{workflow.enrolls_at && isOn ? ` Next time: ${instant(workflow.enrolls_at)}.` : ""}
      </p>
      {workflow.trigger.by === "hand" && isOn && <Choose workflow={workflow} />}
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {taken.length > 0 && (
        <ol className={classes.runList} data-testid="enrollments">
          {taken.slice(0, 20).map((one) => (
            <li key={one.id} className={classes.run}>
              <div className={classes.text}>
                <div className={classes.runName}>
                  <strong>
                    <Reference id={one.record_id} />
                  </strong>
                  <span className={classes.faint}>
                    {one.by === "hand" ? `chosen by ${people.name(one.asked_by) ?? "somebody"}` : `for ${one.occasion}`}, {instant(one.at)}
                  </span>
                </div>
                {one.reason && <div className={classes.faint}>{one.reason}</div>}
              </div>
              <Badge color={TONES[one.status]} variant="light">
                {WORDS[one.status]}
              </Badge>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Choose({ workflow }: { workflow: Workflow }) {
  const mayWrite = useMay("write");
  const [record, setRecord] = useState("");
  const choosing = useMutation({
    mutationFn: (id: string) => api.enroll(workflow.id, [id]),
    onSuccess: () => {
      setRecord("");
      toast("The workflow takes it up");
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keys.workflows }),
  });
  const id = idIn(record);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id) choosing.mutate(id);
  };
  return (
    <form onSubmit={submit}>
      <Group gap={8} align="end" mb={10}>
        <TextInput size="xs" w={380} label="A record to take up" placeholder="Its address or id, like deal_01k…" value={record} onChange={(event) => setRecord(event.currentTarget.value)} error={record && !id ? "That holds no id of a record." : undefined} data-testid="enroll-record" />
        <Button size="xs" type="submit" variant="default" disabled={!id || !mayWrite} loading={choosing.isPending} data-testid="enroll">
          Take up
        </Button>
      </Group>
      {choosing.error && <ProblemNotice error={choosing.error} />}
    </form>
  );
}
