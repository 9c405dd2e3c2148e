// The sales dashboard, as each role needs it: a rep sees the own day, a manager the team, everybody else the company:
// who sells, how often deals are won, what is in the pipeline, how long a sale takes.
import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import { reports } from "../api/client";
import type { LeaderRow, PipelineRow, Report, SalesCycle, WinRateRow } from "../api/types";
import { usePipelines } from "../app/directory";
import { useSession } from "../app/session";
import { keys } from "../app/queryClient";
import { count, day as formatDay, decimal, money, percent } from "../ui/format";
import { Page } from "../ui/Page";
import classes from "./Dashboard.module.css";
import { Drill } from "./drill";
import { ReportTable } from "./ReportTable";
import { KeyMetrics, MyDay, MyTeam } from "./roles";
import { Tile } from "./Tile";

const LeaderboardChart = lazy(async () => ({ default: (await import("./charts")).LeaderboardChart }));
const WinRateChart = lazy(async () => ({ default: (await import("./charts")).WinRateChart }));
const CycleChart = lazy(async () => ({ default: (await import("./charts")).CycleChart }));
const PipelineChart = lazy(async () => ({ default: (await import("./charts")).PipelineChart }));

const GROUPS = [
  { value: "quarter", label: "By quarter" },
  { value: "region", label: "By region" },
  { value: "product", label: "By product" },
  { value: "manager", label: "By manager" },
  { value: "owner", label: "By owner" },
  { value: "industry", label: "By industry" },
];

function useReport<Row>(name: string, query: Record<string, string | undefined>, read: () => Promise<Report<Row>>) {
  return useQuery({ queryKey: keys.report(name, query), queryFn: read });
}

const VIEWS = [
  { value: "mine", label: "Mine" },
  { value: "team", label: "Team" },
  { value: "company", label: "Company" },
];
const VIEW_OF_ROLE: Record<string, string> = { rep: "mine", support: "mine", manager: "team" };

export default function DashboardPage() {
  const [params, setParams] = useSearchParams();
  const { user } = useSession();
  const view = params.get("view") ?? VIEW_OF_ROLE[user.role] ?? "company";
  const views = <SegmentedControl size="xs" aria-label="Whose figures" data={VIEWS} value={view} onChange={(value) => setParams({ view: value }, { replace: true })} data-testid="dashboard-view" />;
  if (view === "company") return <Company views={views} />;
  return (
    <Page title="Dashboard" width={1280} actions={views}>
      {view === "team" ? <MyTeam /> : <MyDay />}
    </Page>
  );
}

function Company({ views }: { views: ReactNode }) {
  const [params, setParams] = useSearchParams();
  const pipelines = usePipelines();
  const pipelineId = params.get("pipeline") ?? undefined;
  const day = params.get("as_of") ?? "";
  // A day that is over is looked at as it ended; today is now.
  const asOf = day && day < new Date().toISOString().slice(0, 10) ? `${day}T23:59:59Z` : undefined;
  const choose = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set("view", "company");
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const [groupBy, setGroupBy] = useState("quarter");
  const overall = useReport("win-rate", { group_by: "none", pipelineId, asOf }, () => reports.winRate("none", pipelineId, asOf));
  const winRate = useReport("win-rate", { group_by: groupBy, pipelineId, asOf }, () => reports.winRate(groupBy, pipelineId, asOf));
  const leaders = useReport("leaderboard", { asOf }, () => reports.leaderboard(asOf));
  const everyPipeline = useReport("pipeline", { pipelineId, asOf }, () => reports.pipeline(pipelineId, asOf));
  const [chosenPipeline, choosePipeline] = useState<string | null>(null);
  const shownPipeline = pipelineId ?? chosenPipeline ?? pipelines.data?.[0]?.id;
  const pipeline = useReport("pipeline", { pipelineId: shownPipeline, asOf }, () => reports.pipeline(shownPipeline, asOf));
  const won = useReport("sales-cycle", { outcome: "won", pipelineId, asOf }, () => reports.salesCycle("won", pipelineId, asOf));
  const lost = useReport("sales-cycle", { outcome: "lost", pipelineId, asOf }, () => reports.salesCycle("lost", pipelineId, asOf));

  return (
    <Page
      title="Dashboard"
      width={1280}
      actions={
        <>
          {views}
          <TextInput aria-label="As of the end of the day" title="The figures as they were at the end of that day" type="date" size="xs" w={150} max={new Date().toISOString().slice(0, 10)} value={day} onChange={(event) => choose("as_of", event.currentTarget.value || null)} data-testid="as-of" />
          <Select
            aria-label="Pipeline"
            placeholder="All pipelines"
            clearable
            clearButtonProps={{ "aria-label": "All pipelines" }}
            w={190}
            size="xs"
            data={(pipelines.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
            value={pipelineId ?? null}
            onChange={(id) => choose("pipeline", id)}
          />
        </>
      }
    >
      <Figures overall={overall.data} pipeline={everyPipeline.data} won={won.data} />
      {asOf ? <p className={classes.further}>The figures as they were at the end of {formatDay(day)}.</p> : <KeyMetrics />}
      <div className={classes.grid}>
        <Tile
          title="Leaderboard"
          testid="leaderboard"
          report={leaders}
          chart={(report) => report.data.length === 0 ? <NoRows /> : <LeaderboardChart rows={report.data} currency={currencyOf(report)} />}
          table={(report) => <Leaders rows={report.data} />}
        />
        <Tile
          title="Win rate"
          testid="win-rate"
          report={winRate}
          controls={
            <Select
              aria-label="Group the win rate"
              size="xs"
              w={136}
              data={GROUPS}
              value={groupBy}
              allowDeselect={false}
              onChange={(value) => value && setGroupBy(value)}
              data-testid="win-rate-group"
            />
          }
          chart={(report) => report.data.length === 0 ? <NoRows /> : <WinRateChart rows={report.data} />}
          table={(report) => <WinRates rows={report.data} />}
        />
        <Tile
          title="Pipeline by stage"
          controls={
            !pipelineId &&
            (pipelines.data?.length ?? 0) > 1 && (
              <Select
                aria-label="Which pipeline"
                size="xs"
                w={150}
                data={(pipelines.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
                value={shownPipeline ?? null}
                allowDeselect={false}
                onChange={choosePipeline}
              />
            )
          }
          testid="pipeline-report"
          span={6}
          report={pipeline}
          chart={(report) => report.data.length === 0 ? <NoRows /> : (
            <>
              <PipelineChart rows={report.data} currency={currencyOf(report)} />
              <div className={classes.under}>
                <Stages rows={report.data} />
              </div>
            </>
          )}
          table={(report) => <Stages rows={report.data} />}
        />
        <Tile title="Sales cycle" span={4} testid="sales-cycle" report={won} chart={(report) => <Cycle won={report} lost={lost.data} />} />
      </div>
    </Page>
  );
}

function currencyOf(report: Report<unknown>): string {
  return report.currency ?? "USD";
}

function NoRows() {
  return <p className={classes.none}>Nothing to count yet. Figures appear as soon as deals are opened and closed.</p>;
}

interface FiguresProps {
  overall?: Report<WinRateRow[]>;
  pipeline?: Report<PipelineRow[]>;
  won?: Report<SalesCycle>;
}

function Figures({ overall, pipeline, won }: FiguresProps) {
  const all = overall?.data[0];
  const open = pipeline?.data.filter((row) => row.kind === "open");
  const deals = open?.reduce((sum, row) => sum + row.count, 0);
  const value = open?.reduce((sum, row) => sum + Number(row.value?.amount ?? 0), 0);
  const figures: [string, string, string][] = [
    ["Won", all ? money(all.won_value, true) : "—", all ? `${count(all.won)} deals` : "No closed deal yet"],
    ["Win rate", all ? percent(all.win_rate) : "—", all ? `${count(all.won)} of ${count(all.won + all.lost)} closed` : "No closed deal yet"],
    ["Open pipeline", pipeline ? money({ amount: String(value ?? 0), currency: currencyOf(pipeline) }, true) : "—", deals === undefined ? "" : `${count(deals)} deals`],
    ["Sales cycle", won ? `${decimal(won.data.median_days, 0)} days` : "—", won ? `median; mean ${decimal(won.data.mean_days)}` : ""],
  ];
  return (
    <dl className={classes.figures}>
      {figures.map(([label, figure, detail]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="num">{figure}</dd>
          <dd className={`${classes.detail} num`}>{detail}</dd>
        </div>
      ))}
    </dl>
  );
}

function Leaders({ rows }: { rows: LeaderRow[] }) {
  return (
    <ReportTable
      rows={rows}
      rowKey={(row) => row.id ?? "none"}
      columns={[
        { label: "Owner", cell: (row) => <Drill records={row.records}>{row.key ?? "No owner"}</Drill> },
        { label: "Won", right: true, cell: (row) => count(row.won) },
        { label: "Value", right: true, cell: (row) => money(row.won_value) },
        { label: "Win rate", right: true, cell: (row) => percent(row.win_rate) },
      ]}
    />
  );
}

function WinRates({ rows }: { rows: WinRateRow[] }) {
  return (
    <ReportTable
      rows={rows}
      rowKey={(row) => row.key ?? "none"}
      columns={[
        { label: "Group", cell: (row) => <Drill records={row.records}>{row.key ?? "None"}</Drill> },
        { label: "Won", right: true, cell: (row) => count(row.won) },
        { label: "Lost", right: true, cell: (row) => count(row.lost) },
        { label: "Won value", right: true, cell: (row) => money(row.won_value) },
        { label: "Win rate", right: true, cell: (row) => percent(row.win_rate) },
      ]}
    />
  );
}

function Stages({ rows }: { rows: PipelineRow[] }) {
  return (
    <ReportTable
      rows={rows}
      rowKey={(row) => row.stage_id}
      columns={[
        { label: "Stage", cell: (row) => <Drill records={row.records}>{row.key}</Drill> },
        { label: "Deals", right: true, cell: (row) => count(row.count) },
        { label: "Value", right: true, cell: (row) => money(row.value) },
        { label: "Weighted", right: true, cell: (row) => money(row.weighted) },
        { label: "No amount", right: true, cell: (row) => count(row.rows_without_amount) },
      ]}
    />
  );
}

function Cycle({ won, lost }: { won: Report<SalesCycle>; lost: Report<SalesCycle> | undefined }) {
  const rows = [
    { name: "Won", cycle: won.data, records: won.records },
    ...(lost ? [{ name: "Lost", cycle: lost.data, records: lost.records }] : []),
  ];
  return (
    <>
      <CycleChart rows={rows} />
      <div className={classes.under}>
        <ReportTable
          rows={rows}
          rowKey={(row) => row.name}
      columns={[
        { label: "Outcome", cell: (row) => <Drill records={row.records}>{row.name}</Drill> },
        { label: "Deals", right: true, cell: (row) => count(row.cycle.count) },
        { label: "Mean days", right: true, cell: (row) => decimal(row.cycle.mean_days) },
        { label: "Median", right: true, cell: (row) => decimal(row.cycle.median_days) },
        { label: "90 % within", right: true, cell: (row) => decimal(row.cycle.p90_days) },
      ]}
        />
      </div>
    </>
  );
}
