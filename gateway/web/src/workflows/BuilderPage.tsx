// Put a workflow together: when, only if, then; and see beside it what it would have done in the past.
import { Button, Group, Skeleton, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { change, create, get, workflows as api } from "../api/client";
import type { Workflow, WorkflowDefinition } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { CurlButton } from "../ui/Curl";
import { FilterBuilder } from "../ui/FilterBuilder";
import { Page } from "../ui/Page";
import { ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import { ActionsEditor } from "./ActionsEditor";
import classes from "./Builder.module.css";
import { BLANK, cleaned, fieldsOf, subjectOf } from "./definition";
import { isEnrollment } from "./describe";
import { DryRunPanel } from "./DryRunPanel";
import { TakingUp } from "./Enrollments";
import { Findings } from "./Findings";
import { TriggerEditor } from "./TriggerEditor";

export default function BuilderPage() {
  const { id } = useParams();
  const found = useQuery({ queryKey: [...keys.workflows, id ?? "new"], queryFn: () => get("workflows", id!), enabled: Boolean(id), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false });
  const title = id ? "Edit workflow" : "New workflow";
  return (
    <Page title={title} width={1240} actions={<CurlButton path={id ? `/v1/workflows/${id}` : "/v1/workflow-parts"} />}>
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {id && found.isPending && <Skeleton h={320} radius="lg" />}
      {(!id || found.data) && <Builder key={found.data?.id ?? "new"} workflow={found.data ?? null} />}
    </Page>
  );
}

function Builder({ workflow }: { workflow: Workflow | null }) {
  const navigate = useNavigate();
  const mayConfigure = useMay("configure");
  const parts = useQuery({ queryKey: keys.workflowParts, queryFn: api.parts, staleTime: Infinity });
  const [name, setName] = useState(workflow?.name ?? "");
  const [description, setDescription] = useState(workflow?.description ?? "");
  const [definition, setDefinition] = useState<WorkflowDefinition>(() => (workflow ? { trigger: workflow.trigger, filter: workflow.filter, actions: workflow.actions } : BLANK));
  const put = (changes: Partial<WorkflowDefinition>) => setDefinition({ ...definition, ...changes });
  const isOn = workflow?.status === "published";
  const saving = useMutation({
    mutationFn: async (switchOn: boolean) => {
      const body = { name, description: description.trim() || null, ...cleaned(definition) };
      const kept = workflow ? await change("workflows", workflow.id, workflow.version, body) : await create("workflows", body);
      // A refusal to switch it on loses nothing: what was written is kept, and the page goes on with it.
      if (!switchOn || kept.status === "published") return { kept, refusal: null };
      return api.enable(kept.id, kept.version).then(
        (on) => ({ kept: on, refusal: null }),
        (refusal: unknown) => ({ kept, refusal }),
      );
    },
    onSuccess: ({ kept, refusal }) => {
      toast(kept.status === "published" ? `${kept.name} is on` : `${kept.name} is kept as a draft`);
      void navigate(refusal ? `/workflows/${kept.id}/edit` : `/workflows/${kept.id}`, { replace: true, state: null });
    },
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keys.workflows }),
  });
  if (parts.error) return <ProblemNotice error={parts.error} onRetry={() => void parts.refetch()} />;
  if (!parts.data) return <Skeleton h={320} radius="lg" />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate(false);
  };
  const refusal = saving.data?.refusal ?? saving.error;
  return (
    <div className={classes.layout}>
      <form className={classes.form} onSubmit={submit} data-testid="workflow-form">
        {Boolean(refusal) && <ProblemNotice error={refusal} />}
        <div className={classes.names}>
          <TextInput label="Name" size="xs" required maxLength={120} value={name} onChange={(event) => setName(event.currentTarget.value)} placeholder="Large deal enters Proposal" data-testid="workflow-name" />
          <Textarea label="What it is for" size="xs" autosize minRows={1} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
        </div>
        <section className={classes.block} aria-label="When">
          <h2>When</h2>
          <TriggerEditor parts={parts.data} trigger={definition.trigger} onChange={(trigger) => put(subjectOf(parts.data, trigger.event) === subjectOf(parts.data, definition.trigger.event) ? { trigger } : { trigger, filter: null })} />
        </section>
        <section className={classes.block} aria-label="Only if">
          <h2>Only if</h2>
          <Group gap={8} align="start" wrap="nowrap">
            <Textarea aria-label="Filter" size="xs" autosize minRows={1} className={classes.grow} classNames={{ input: classes.code }} placeholder="Always. Or: amount >= 50000 AND owner.name != null" value={definition.filter ?? ""} onChange={(event) => put({ filter: event.currentTarget.value || null })} data-testid="workflow-filter" />
            <FilterBuilder key={definition.trigger.event} resource="" fields={fieldsOf(parts.data, definition.trigger.event)} value={definition.filter ?? ""} onApply={(filter) => put({ filter: filter || null })} />
          </Group>
        </section>
        <section className={classes.block} aria-label="Then">
          <h2>Then</h2>
          <ActionsEditor parts={parts.data} event={definition.trigger.event} actions={definition.actions} onChange={(actions) => put({ actions })} />
        </section>
        <Group gap={8}>
          <Button type="submit" size="xs" variant={isOn ? "filled" : "default"} disabled={!mayConfigure || !name.trim()} loading={saving.isPending && !saving.variables} data-testid="save-workflow">
            {isOn ? "Save; it stays on" : workflow ? "Save" : "Save as a draft"}
          </Button>
          {!isOn && (
            <Button size="xs" disabled={!mayConfigure || !name.trim()} loading={saving.isPending && saving.variables} onClick={() => saving.mutate(true)} data-testid="save-and-enable">
              Save and switch on
            </Button>
          )}
          <Button size="xs" variant="subtle" color="gray" component={Link} to={workflow ? `/workflows/${workflow.id}` : "/workflows"}>
            Cancel
          </Button>
        </Group>
      </form>
      <aside className={classes.side}>
        {isEnrollment(definition.trigger) ? <TakingUp trigger={definition.trigger} /> : <DryRunPanel definition={cleaned(definition)} />}
        {workflow && <Findings id={workflow.id} />}
      </aside>
    </div>
  );
}
