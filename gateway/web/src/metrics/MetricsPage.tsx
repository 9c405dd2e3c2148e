// Every metric of the company in one place: its figure, the formula, what it is made of and where that comes from.
import { NumberInput, Select, Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import { reports } from "../api/client";
import type { Metric, MetricFigure, MetricInput } from "../api/types";
import { usePeople } from "../app/directory";
import { keys } from "../app/queryClient";
import { Drill } from "../dashboard/drill";
import { ReportTable } from "../dashboard/ReportTable";
import { CurlButton } from "../ui/Curl";
import { ago, count, day, decimal } from "../ui/format";
import { Page } from "../ui/Page";
import { ProblemNotice } from "../ui/Problem";
import { AttributionCard } from "./AttributionCard";
import classes from "./Metrics.module.css";
import { PERIODS, periodOf } from "./periods";
import { isMoney, shown } from "./shown";

const COMPARISONS = [
  { value: "", label: "No comparison" },
  { value: "previous", label: "The period before" },
  { value: "year_before", label: "A year before" },
];
const GROUPINGS = [
  { value: "none", label: "All together" },
  { value: "channel", label: "By channel" },
  { value: "owner", label: "By owner" },
  { value: "region", label: "By region" },
  { value: "industry", label: "By industry" },
];
const SECTIONS: [string, string][] = [
  ["customers", "Customers"],
  ["renewals", "Renewals to come"],
  ["acquisition", "Winning customers"],
  ["leads", "Leads"],
  ["deals", "Deals"],
];

export default function MetricsPage() {
  const [params, setParams] = useSearchParams();
  const period = params.get("period") ?? "year";
  const query = {
    ...periodOf(period),
    compare_to: params.get("compare") || undefined,
    group_by: params.get("group") ?? "none",
    gross_margin: params.get("margin") || undefined,
  };
  const found = useQuery({
    queryKey: keys.report("metrics", query),
    queryFn: () => reports.metrics(query),
    placeholderData: keepPreviousData,
  });
  const choose = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const grouped = query.group_by !== "none";
  return (
    <Page
      title="Metrics"
      width={1180}
      actions={<CurlButton path={`/v1/reports/metrics?${new URLSearchParams(withoutEmpty(query))}`} />}
      toolbar={
        <>
          <Select aria-label="Period" size="xs" w={160} data={PERIODS} value={period} allowDeselect={false} onChange={(value) => choose("period", value)} data-testid="metrics-period" />
          <Select aria-label="Compare with" size="xs" w={160} data={COMPARISONS} value={params.get("compare") ?? ""} allowDeselect={false} onChange={(value) => choose("compare", value)} />
          <Select aria-label="Group" size="xs" w={140} data={GROUPINGS} value={query.group_by} allowDeselect={false} onChange={(value) => choose("group", value)} data-testid="metrics-group" />
          <NumberInput aria-label="Gross margin in percent" placeholder="Gross margin" suffix=" %" size="xs" w={130} min={1} max={100} hideControls value={params.get("margin") ?? ""} onChange={(value) => choose("margin", String(value))} />
        </>
      }
    >
      {found.error && !found.data && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {!found.error && !found.data && <Skeleton h={420} radius="lg" />}
      {found.data && (
        <>
          <p className={classes.period} data-testid="metrics-said">
            {day(found.data.period.from)} to {day(found.data.period.to)}
            {found.data.compared_to && `, beside ${day(found.data.compared_to.from)} to ${day(found.data.compared_to.to)}`}
            {found.data.watermark.at && ` · as of ${ago(found.data.watermark.at)}`}
          </p>
          {SECTIONS.map(([group, title]) => {
            const rows = found.data.data.filter((metric) => metric.group === group);
            return rows.length === 0 ? null : (
              <section key={group} aria-label={title}>
                <h2 className={classes.section}>{title}</h2>
                <div className={classes.grid}>
                  {rows.map((metric) => (
                    <MetricCard key={metric.name} metric={metric} grouped={grouped} currency={found.data.currency} byOwner={query.group_by === "owner"} />
                  ))}
                </div>
              </section>
            );
          })}
          <AttributionCard period={periodOf(period)} />
        </>
      )}
    </Page>
  );
}

function withoutEmpty(query: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

interface CardProps {
  metric: Metric;
  grouped: boolean;
  byOwner: boolean;
  currency: string | null;
}

function MetricCard({ metric, grouped, byOwner, currency }: CardProps) {
  return (
    <article className={classes.card} data-testid={`metric-${metric.name}`}>
      <h3>{metric.label}</h3>
      {grouped ? <Groups metric={metric} byOwner={byOwner} /> : <Value metric={metric} />}
      <p className={classes.formula}>{metric.formula}</p>
      {metric.about && <p className={classes.formula}>{metric.about}</p>}
      {!grouped && metric.inputs && <Inputs inputs={metric.inputs} />}
      <p className={classes.example}>
        Example: {Object.values(metric.example.inputs).map((each) => count(each)).join(", ")} gives {shown(exampleOf(metric, currency), metric.unit)}
      </p>
    </article>
  );
}

function exampleOf(metric: Metric, currency: string | null): MetricFigure["value"] {
  return isMoney(metric.unit) ? { amount: String(metric.example.value), currency: currency ?? "USD" } : metric.example.value;
}

function Value({ metric }: { metric: Metric }) {
  return (
    <>
      <p className={`${classes.value} num`} data-testid="metric-value">
        {shown(metric.value, metric.unit)}
        <Change metric={metric} />
      </p>
      {metric.reason && <p className={classes.reason}>{metric.reason}</p>}
      {metric.target && metric.is_target_met !== undefined && (
        <p className={classes.reason} data-met={metric.is_target_met}>
          {metric.is_target_met ? "On target" : "Off target"}: {metric.target}
        </p>
      )}
    </>
  );
}

function Change({ metric }: { metric: Metric }) {
  const compared = metric.compared;
  if (!compared) return null;
  if (compared.value === null) return <small className={classes.change}>nothing to compare with</small>;
  const points = compared.change_points;
  const text = points !== null ? `${signed(points)} points` : compared.change_percent === null ? "" : `${signed(compared.change_percent)} %`;
  return (
    <small className={classes.change} title={`Then: ${shown(compared.value, metric.unit)}`}>
      {text}
    </small>
  );
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${decimal(value)}`;
}

function Inputs({ inputs }: { inputs: MetricInput[] }) {
  return (
    <dl className={classes.inputs}>
      {inputs.map((input) => (
        <div key={input.name}>
          <dt>{input.label}</dt>
          <dd className="num">
            <Drill records={input.records}>{shown(input.value, input.unit)}</Drill>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Groups({ metric, byOwner }: { metric: Metric; byOwner: boolean }) {
  const people = usePeople();
  const groups = metric.groups ?? [];
  if (groups.length === 0) return <p className={classes.reason}>Nothing to count in this period.</p>;
  return (
    <div className={classes.groups} tabIndex={0} role="region" aria-label={`${metric.label}, by group`}>
      <ReportTable
        rows={groups}
        rowKey={(row) => row.key ?? ""}
        columns={[
          { label: "Group", cell: (row) => (byOwner ? people.name(row.key) : row.key) ?? "None" },
          { label: "Value", right: true, cell: (row) => <span title={row.reason ?? undefined}>{shown(row.value, metric.unit)}</span> },
        ]}
      />
    </div>
  );
}
