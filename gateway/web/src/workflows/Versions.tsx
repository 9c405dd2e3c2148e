// What a workflow was, who changed it, and the way back.
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";

import { workflows as api } from "../api/client";
import type { Workflow, WorkflowVersion } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { useMay } from "../app/session";
import { instant } from "../ui/format";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import { describe } from "./describe";
import classes from "./Workflows.module.css";

export function Versions({ workflow }: { workflow: Workflow }) {
  const mayConfigure = useMay("configure");
  const people = usePeople();
  const found = useQuery({ queryKey: [...keys.workflows, workflow.id, "versions", workflow.version], queryFn: () => api.versions(workflow.id) });
  const reverting = useMutation({
    mutationFn: (revision: number) => api.revert(workflow.id, workflow.version, revision),
    onSuccess: () => toast("It does again what it did then"),
    onError: (error) => notifyProblem(error, "Nothing was changed"),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keys.workflows }),
  });
  const versions = found.data?.data ?? [];
  return (
    <section className={classes.runs} aria-label="Versions">
      <h2 className={classes.heading}>Versions</h2>
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      <ol className={classes.runList} data-testid="versions">
        {versions.map((version, at) => (
          <li key={`${version.revision}-${version.changed_at}`} className={classes.run}>
            <div className={classes.text}>
              <div className={classes.runName}>
                <strong>Revision {version.revision}</strong>
                <span className={classes.faint}>
                  {whatChanged(version, versions[at + 1])} by {version.changed_by.startsWith("system:") ? "Rapport" : (people.name(version.changed_by) ?? "somebody")}, {instant(version.changed_at)}
                </span>
              </div>
              <div className={classes.faint}>{describe(version)}</div>
            </div>
            {mayConfigure && version.revision !== workflow.revision && isFirstOf(versions, at) && (
              <Button size="compact-xs" variant="default" loading={reverting.isPending && reverting.variables === version.revision} onClick={() => reverting.mutate(version.revision)}>
                Back to this
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const SWITCHED: Record<Workflow["status"], string> = { published: "switched on", disabled: "switched off", draft: "kept as a draft" };

function whatChanged(version: WorkflowVersion, before: WorkflowVersion | undefined): string {
  if (!before) return "made";
  if (version.revision !== before.revision) return "changed";
  return version.status !== before.status ? SWITCHED[version.status] : "renamed";
}

/** The newest of the versions with the same revision offers the way back. */
function isFirstOf(versions: WorkflowVersion[], at: number): boolean {
  return versions.findIndex((each) => each.revision === versions[at]!.revision) === at;
}
