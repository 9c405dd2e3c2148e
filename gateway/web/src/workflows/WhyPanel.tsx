// Why a workflow acted on a record, or why not: paste the record, read what decided, with the values there were.
import { Button, Group, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { why } from "../api/client";
import type { Explained, Workflow } from "../api/types";
import { idIn } from "../records/names";
import { eventName, instant } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Workflows.module.css";

export function WhyPanel({ workflow }: { workflow: Workflow }) {
  const [record, setRecord] = useState("");
  const asking = useMutation({ mutationFn: (id: string) => why(workflow.id, id) });
  const id = idIn(record);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id) asking.mutate(id);
  };
  return (
    <section className={classes.runs} aria-label="Why, and why not">
      <h2 className={classes.heading}>Why, or why not?</h2>
      <form onSubmit={submit}>
        <Group gap={8} align="end" mb={10}>
          <TextInput size="xs" w={380} label="A record" placeholder="Its address or id, like deal_01k…" value={record} onChange={(event) => setRecord(event.currentTarget.value)} error={record && !id ? "That holds no id of a record." : undefined} data-testid="why-record" />
          <Button size="xs" type="submit" variant="default" disabled={!id} loading={asking.isPending} data-testid="ask-why">
            Ask
          </Button>
        </Group>
      </form>
      {asking.error && <ProblemNotice error={asking.error} />}
      {asking.data?.said && <p className={classes.faint}>{asking.data.said}</p>}
      {asking.data && asking.data.data.length > 0 && (
        <ol className={classes.runList} data-testid="why">
          {asking.data.data.map((row) => (
            <li key={row.event_id} className={classes.run}>
              <div className={classes.text}>
                <div className={classes.runName}>
                  <strong>{eventName(row.event_type)}</strong>
                  <span className={classes.faint}>{instant(row.at)}</span>
                </div>
                <div>{row.said}</div>
                {row.filter && <Comparisons explained={row.filter} />}
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** The comparisons of a filter, each with the value the record had. */
function Comparisons({ explained }: { explained: Explained }) {
  if (explained.parts) return explained.parts.map((part, index) => <Comparisons key={index} explained={part} />);
  if (!explained.field) return null;
  return (
    <div className={classes.faint}>
      {explained.matched ? "holds" : "does not hold"}: <code>{explained.text}</code>, it was {explained.actual === null || explained.actual === undefined ? "empty" : String(explained.actual)}
    </div>
  );
}
