// What a rep, a manager and whoever answers for the company look at first.
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { list, reports } from "../api/client";
import type { Activity, Approval, Deal, Metric, MetricFigure } from "../api/types";
import { usePeople } from "../app/directory";
import { keys } from "../app/queryClient";
import { useSession } from "../app/session";
import { periodOf } from "../metrics/periods";
import { shown } from "../metrics/shown";
import { quote } from "../ui/filter";
import { ago, count, day, money, shortInstant } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Dashboard.module.css";
import { ReportTable } from "./ReportTable";

const QUIET = "status = \"open\" AND stage_entered_at < now - 30d";
const CLOSING = "status = \"open\" AND expected_close_on = this_month";
const OVERDUE = "status = \"open\" AND expected_close_on < today";
const OF_PEOPLE = ["quota_attainment", "win_rate", "average_deal_size", "pipeline_coverage"];
const OF_COMPANY = ["nrr", "grr", "cac_payback", "ltv_cac", "pipeline_coverage", "forecast_accuracy", "mql_to_customer_rate", "lead_response_time"];

function useMetrics(names: string[], groupBy: string, period: string) {
  const query = { ...periodOf(period), names: names.join(","), group_by: groupBy };
  return useQuery({ queryKey: keys.report("metrics", query), queryFn: () => reports.metrics(query) });
}

/** A rep's day: how far the quarter is, what is to be done, what wants to be closed. */
export function MyDay() {
  const me = useSession().user.id;
  const metrics = useMetrics(OF_PEOPLE, "owner", "this-quarter");
  const mine = `owner_id = ${quote(me)}`;
  return (
    <>
      <Figures metrics={metrics.data?.data} of={(metric) => metric.groups?.find((group) => group.key === me)} />
      <div className={classes.grid}>
        <Tasks title="To do today" filter={`kind = "task" AND status != "completed" AND due_at < tomorrow AND ${mine}`} />
        <Deals title="Closing this month" filter={`${CLOSING} AND ${mine}`} sort="-amount" none="No open deal is to close this month." />
        <Deals title="Past their closing day" filter={`${OVERDUE} AND ${mine}`} sort="expected_close_on" none="No open deal is past its closing day." />
        <Deals title="Not moved for 30 days" filter={`${QUIET} AND ${mine}`} sort="stage_entered_at" none="Every open deal has moved." />
      </div>
    </>
  );
}

/** A manager's: what waits for a decision, how each does, what has come to a halt. */
export function MyTeam() {
  const metrics = useMetrics(OF_PEOPLE, "owner", "this-quarter");
  return (
    <div className={classes.grid}>
      <Approvals />
      <Rows title="This quarter, by person" testid="by-person" error={metrics.error} isPending={metrics.isPending}>
        {metrics.data && <People metrics={metrics.data.data} />}
      </Rows>
      <Deals title="Not moved for 30 days" filter={QUIET} sort="stage_entered_at" none="Every open deal has moved." />
      <Deals title="Closing this month" filter={CLOSING} sort="-amount" none="No open deal is to close this month." />
      <Deals title="Past their closing day" filter={OVERDUE} sort="expected_close_on" none="No open deal is past its closing day." />
      <Tasks title="Overdue tasks" filter={"kind = \"task\" AND status != \"completed\" AND due_at < now"} />
    </div>
  );
}

/** What whoever answers for the company asks first; each figure with its formula is under Metrics. */
export function KeyMetrics() {
  const metrics = useMetrics(OF_COMPANY, "none", "this-year");
  const known = metrics.data?.data.filter((metric) => metric.value !== null);
  const others = OF_COMPANY.length - (known?.length ?? 0);
  return (
    <>
      {known?.length !== 0 && <Figures metrics={known} of={(metric) => metric} />}
      {known && others > 0 && (
        <p className={classes.further}>
          {count(others)} more figures have nothing to count yet. <Link className="link" to="/figures">Metrics</Link> says what each is made of.
        </p>
      )}
    </>
  );
}

function Figures({ metrics, of }: { metrics: Metric[] | undefined; of: (metric: Metric) => MetricFigure | undefined }) {
  if (!metrics) return <Skeleton h={84} mb={14} radius="lg" />;
  return (
    <dl className={classes.figures} data-testid="key-metrics">
      {metrics.map((metric) => {
        const figure = of(metric);
        return (
          <div key={metric.name}>
            <dt>{metric.label}</dt>
            <dd className="num">{shown(figure?.value ?? null, metric.unit)}</dd>
            <dd className={`${classes.detail} num`} data-met={figure?.is_target_met}>
              {figure?.value === undefined || figure.value === null ? (figure?.reason ?? "Nothing to count in this period.") : (metric.target ?? metric.formula)}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function People({ metrics }: { metrics: Metric[] }) {
  const people = usePeople();
  const ids = [...new Set(metrics.flatMap((metric) => (metric.groups ?? []).map((group) => group.key)))];
  if (ids.length === 0) return <p className={classes.none}>Nobody has closed a deal or has a quota this quarter.</p>;
  return (
    <ReportTable
      rows={ids}
      rowKey={(id) => id ?? ""}
      columns={[
        { label: "Person", cell: (id) => people.name(id) ?? "No owner" },
        ...metrics.map((metric) => ({
          label: metric.label,
          right: true,
          cell: (id: string | null) => {
            const figure = metric.groups?.find((group) => group.key === id);
            return <span style={{ whiteSpace: "nowrap" }} title={figure?.reason ?? undefined}>{shown(figure?.value ?? null, metric.unit)}</span>;
          },
        })),
      ]}
    />
  );
}

function Deals({ title, filter, sort, none }: { title: string; filter: string; sort: string; none: string }) {
  const query = { filter, sort, limit: 6, count: true } as const;
  const found = useQuery({ queryKey: [...keys.lists("deals"), query], queryFn: () => list("deals", query) });
  return (
    <Rows title={title} error={found.error} isPending={found.isPending} more={`/deals?${new URLSearchParams({ filter, sort })}`} total={found.data?.total} none={none}>
      {found.data?.data.map((deal: Deal) => (
        <li key={deal.id}>
          <Link className="link clip" to={`/deals/${deal.id}`}>
            {deal.name}
          </Link>
          <span className="num">{money(deal.amount)}</span>
          <small>{sort.endsWith("stage_entered_at") ? `moved ${ago(deal.stage_entered_at)}` : `closes ${day(deal.expected_close_on)}`}</small>
        </li>
      ))}
    </Rows>
  );
}

function Tasks({ title, filter }: { title: string; filter: string }) {
  const query = { filter, sort: "due_at", limit: 6, count: true } as const;
  const found = useQuery({ queryKey: [...keys.lists("activities"), query], queryFn: () => list("activities", query) });
  return (
    <Rows title={title} error={found.error} isPending={found.isPending} more="/tasks" total={found.data?.total} none="Nothing is due.">
      {found.data?.data.map((task: Activity) => (
        <li key={task.id}>
          <Link className="link clip" to={`/activities/${task.id}`}>
            {task.subject}
          </Link>
          <small>due {shortInstant(task.due_at)}</small>
        </li>
      ))}
    </Rows>
  );
}

function Approvals() {
  const query = { filter: "status = \"pending\"", sort: "created_at", limit: 6, count: true } as const;
  const found = useQuery({ queryKey: [...keys.lists("approvals"), query], queryFn: () => list("approvals", query) });
  return (
    <Rows title="Waiting for approval" testid="waiting-approvals" error={found.error} isPending={found.isPending} more="/approvals" total={found.data?.total} none="Nothing waits for a decision.">
      {found.data?.data.map((approval: Approval) => (
        <li key={approval.id}>
          <Link className="link clip" to={`/deals/${approval.deal_id}`}>
            {approval.name}
          </Link>
          <span className="num">{count(approval.discount)} %</span>
          <small>asked {ago(approval.created_at)}</small>
        </li>
      ))}
    </Rows>
  );
}

interface RowsProps {
  title: string;
  error: unknown;
  isPending: boolean;
  children: ReactNode;
  more?: string;
  total?: number | null;
  none?: string;
  testid?: string;
}

/** A tile with the first records of a list, and the way to all of them. */
function Rows({ title, error, isPending, children, more, total, none, testid }: RowsProps) {
  const isEmpty = Array.isArray(children) && children.length === 0;
  return (
    <section className={classes.tile} aria-label={title} data-testid={testid}>
      <header className={classes.tileHead}>
        <h2>{title}</h2>
        {more && total ? (
          <Link className="link num" to={more}>
            All {count(total)}
          </Link>
        ) : null}
      </header>
      {error ? <ProblemNotice error={error} /> : isPending ? <Skeleton h={120} /> : isEmpty ? <p className={classes.none}>{none}</p> : more ? <ul className={classes.rows}>{children}</ul> : children}
    </section>
  );
}
