// Reports that people build: choose the facts, narrow, group and measure them, look, and keep what is worth it.
import { ActionIcon, Alert, Button, Group, MultiSelect, NavLink, Select, Skeleton, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { customReports as api } from "../api/client";
import type { BuiltReport, CustomReport, Dataset, Measure, Money, ReportDefinition } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { ReportTable } from "../dashboard/ReportTable";
import { CurlButton } from "../ui/Curl";
import { ago, count, decimal, money, words } from "../ui/format";
import { PlusIcon, TrashIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import { BLANK, EXAMPLES, FUNCTIONS } from "./examples";
import classes from "./Reports.module.css";

export default function ReportsPage() {
  const datasets = useQuery({ queryKey: keys.datasets, queryFn: api.datasets, staleTime: 5 * 60_000 });
  const saved = useQuery({ queryKey: keys.lists("custom-reports"), queryFn: api.list });
  const [kept, setKept] = useState<CustomReport | null>(null);
  const [name, setName] = useState("");
  const [definition, setDefinition] = useState<ReportDefinition>(BLANK);
  const run = useMutation({ mutationFn: api.run });
  const open = (title: string, what: ReportDefinition, report: CustomReport | null) => {
    setName(title);
    setDefinition(what);
    setKept(report);
    run.mutate(what);
  };
  const saving = useMutation({
    mutationFn: () => (kept ? api.change(kept, { name, definition }) : api.create(name, definition)),
    onSuccess: (report) => {
      toast(`${report.name} is kept`);
      setKept(report);
    },
    onError: (error) => notifyProblem(error, "Not kept"),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: keys.lists("custom-reports") }),
  });
  const error = datasets.error ?? saved.error;
  const dataset = datasets.data?.data.find((each) => each.name === definition.dataset);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.mutate(definition);
  };
  return (
    <Page title="Reports" width={1240} actions={<CurlButton path="/v1/report-datasets" />}>
      {error && <ProblemNotice error={error} onRetry={() => void datasets.refetch()} />}
      {!error && !dataset && <Skeleton h={320} radius="lg" />}
      {dataset && (
        <div className={classes.layout}>
          <nav className={classes.list} aria-label="Reports">
            <h2>Examples</h2>
            {EXAMPLES.map((example) => (
              <NavLink key={example.name} component="button" label={example.name} active={!kept && name === example.name} onClick={() => open(example.name, example.definition, null)} data-testid={`example-${example.key}`} />
            ))}
            <h2>Kept</h2>
            {saved.data?.data.length === 0 && <p className={classes.faint}>None yet. Build one, and keep it.</p>}
            {saved.data?.data.map((report) => (
              <NavLink key={report.id} component="button" label={report.name} active={kept?.id === report.id} onClick={() => open(report.name, report.definition, report)} data-testid={`report-${report.id}`} />
            ))}
          </nav>
          <div className={classes.main}>
            <form onSubmit={submit} className={classes.builder}>
              <Builder datasets={datasets.data!.data} dataset={dataset} definition={definition} onChange={setDefinition} />
              <Group gap={8} mt={12} align="end">
                <Button type="submit" size="xs" loading={run.isPending} data-testid="run-report">
                  Run
                </Button>
                <TextInput size="xs" aria-label="Name of the report" placeholder="Name, to keep it" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} data-testid="report-name" />
                <Button size="xs" variant="default" disabled={!name.trim()} loading={saving.isPending} onClick={() => saving.mutate()} data-testid="keep-report">
                  {kept ? "Save" : "Keep"}
                </Button>
              </Group>
            </form>
            {run.error && <ProblemNotice error={run.error} />}
            {run.data && !run.error && <Result report={run.data} />}
          </div>
        </div>
      )}
    </Page>
  );
}

interface BuilderProps {
  datasets: Dataset[];
  dataset: Dataset;
  definition: ReportDefinition;
  onChange: (definition: ReportDefinition) => void;
}

function Builder({ datasets, dataset, definition, onChange }: BuilderProps) {
  const put = (changes: Partial<ReportDefinition>) => onChange({ ...definition, ...changes });
  const measure = (at: number, changes: Partial<Measure>) => put({ measures: definition.measures.map((each, place) => (place === at ? { ...each, ...changes } : each)) });
  const names = dataset.fields.map((field) => field.name);
  const plain = definition.measures.filter((each) => each.function !== "ratio").map((each) => each.name);
  return (
    <Stack gap={10}>
      <Group gap={10} align="start" wrap="wrap">
        <Select label="Facts" size="xs" w={140} data={datasets.map((each) => ({ value: each.name, label: words(each.name) }))} value={definition.dataset} allowDeselect={false} onChange={(value) => value && onChange({ ...BLANK, dataset: value })} data-testid="dataset" />
        <TextInput label="Only those with" size="xs" className={classes.grow} placeholder={'amount > 50000 AND stage.name = "Negotiation"'} value={definition.filter ?? ""} onChange={(event) => put({ filter: event.currentTarget.value || null })} data-testid="report-filter" />
        <MultiSelect label="One row for each" size="xs" w={260} data={names} value={definition.group_by} maxValues={4} onChange={(group_by) => put({ group_by })} />
      </Group>
      {definition.measures.map((each, at) => (
        <div key={at} className={classes.measure}>
          <TextInput size="xs" aria-label={`Measure ${at + 1}: name`} value={each.name} onChange={(event) => measure(at, { name: event.currentTarget.value })} required maxLength={60} />
          <Select size="xs" aria-label={`Measure ${at + 1}: what`} data={FUNCTIONS} value={each.function} allowDeselect={false} onChange={(value) => measure(at, { function: value ?? "count", field: null, of: null, to: null })} />
          {each.function === "ratio" ? (
            <>
              <Select size="xs" aria-label={`Measure ${at + 1}: of`} placeholder="of" data={plain} value={each.of ?? null} onChange={(of) => measure(at, { of })} />
              <Select size="xs" aria-label={`Measure ${at + 1}: to`} placeholder="to" data={plain} value={each.to ?? null} onChange={(to) => measure(at, { to })} />
            </>
          ) : (
            <>
              <Select size="xs" aria-label={`Measure ${at + 1}: field`} placeholder="field" data={names} value={each.field ?? null} disabled={each.function === "count"} onChange={(field) => measure(at, { field })} searchable />
              <TextInput size="xs" aria-label={`Measure ${at + 1}: only those with`} placeholder="only those with" value={each.filter ?? ""} onChange={(event) => measure(at, { filter: event.currentTarget.value || null })} />
            </>
          )}
          <ActionIcon aria-label={`Remove measure ${at + 1}`} disabled={definition.measures.length === 1} onClick={() => put({ measures: definition.measures.filter((_, place) => place !== at) })}>
            <TrashIcon size={15} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button size="compact-xs" variant="default" leftSection={<PlusIcon size={13} />} onClick={() => put({ measures: [...definition.measures, { name: `measure ${definition.measures.length + 1}`, function: "count" }] })}>
          Another measure
        </Button>
      </div>
    </Stack>
  );
}

function Result({ report }: { report: BuiltReport }) {
  return (
    <section aria-label="Result" data-testid="report-result">
      <div className={classes.table} tabIndex={0} role="region" aria-label="Rows of the report">
        <ReportTable<Record<string, unknown>>
          rows={report.data}
          rowKey={(row) => JSON.stringify(row)}
          columns={report.columns.map((column) => ({
            label: column.name,
            right: isNumber(column.type),
            cell: (row) => shown(row[column.name], column.type),
          }))}
        />
      </div>
      {report.data.length === 0 && <Alert mt="sm">Nothing fits. Loosen the filter, or choose other facts.</Alert>}
      <p className={classes.faint}>
        {count(report.data.length)} of {count(report.groups)} rows over {count(report.row_count)} records
        {report.rows_in_other_currencies > 0 && `, ${count(report.rows_in_other_currencies)} in other currencies are in no sum`}
        {report.watermark.at && ` · as of ${ago(report.watermark.at)}`}
      </p>
    </section>
  );
}

function isNumber(type: string): boolean {
  return ["count", "number", "money", "percent"].includes(type);
}

function shown(value: unknown, type: string): string {
  if (value === null || value === undefined) return "—";
  if (type === "money") return money(value as Money);
  if (type === "count") return count(value as number);
  if (type === "percent") return `${decimal(value as number, 2)} %`;
  return typeof value === "number" ? decimal(value, 2) : String(value);
}
