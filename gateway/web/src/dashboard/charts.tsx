// The charts, apart from the page so that the drawing library is only loaded where a chart is shown.
import "@mantine/charts/styles.css";

import { BarChart } from "@mantine/charts";

import type { LeaderRow, PipelineRow, SalesCycle, WinRateRow } from "../api/types";
import { decimal, money, percent } from "../ui/format";

const AXIS = { tickLine: false, axisLine: false } as const;
const label = (key: string | null) => key ?? "None";

export function LeaderboardChart({ rows, currency }: { rows: LeaderRow[]; currency: string }) {
  const data = rows.slice(0, 15).map((row) => ({ name: label(row.key), won: Number(row.won_value?.amount ?? 0) }));
  return (
    <BarChart
      h={Math.max(180, data.length * 27 + 34)}
      data={data}
      dataKey="name"
      orientation="vertical"
      series={[{ name: "won", label: "Won", color: "var(--r-chart-1)" }]}
      valueFormatter={(value) => money({ amount: String(value), currency }, true)}
      yAxisProps={{ ...AXIS, width: 130, interval: 0 }}
      xAxisProps={AXIS}
      gridAxis="x"
      barProps={{ radius: [0, 4, 4, 0], isAnimationActive: false }}
      maxBarWidth={18}
    />
  );
}

export function WinRateChart({ rows }: { rows: WinRateRow[] }) {
  const data = rows.map((row) => ({ name: label(row.key), rate: row.win_rate === null ? 0 : row.win_rate * 100, won: row.won, lost: row.lost }));
  return (
    <BarChart
      flex={1}
      mih={240}
      data={data}
      dataKey="name"
      series={[{ name: "rate", label: "Win rate", color: "var(--r-chart-2)" }]}
      valueFormatter={(value) => percent(value / 100, Number.isInteger(value) ? 0 : 1)}
      yAxisProps={{ ...AXIS, domain: [0, 100], width: 62 }}
      xAxisProps={{ ...AXIS, interval: 0 }}
      barProps={{ radius: [4, 4, 0, 0], isAnimationActive: false }}
      maxBarWidth={46}
    />
  );
}

export function PipelineChart({ rows, currency }: { rows: PipelineRow[]; currency: string }) {
  const data = rows
    .filter((row) => row.kind === "open")
    .map((row) => ({ name: row.key, value: Number(row.value?.amount ?? 0), weighted: Number(row.weighted?.amount ?? 0) }));
  return (
    <BarChart
      h={240}
      data={data}
      dataKey="name"
      withLegend
      legendProps={{ verticalAlign: "top", height: 34, itemSorter: null }}
      series={[
        { name: "value", label: "Value", color: "var(--r-chart-3)" },
        { name: "weighted", label: "Weighted", color: "var(--r-chart-1)" },
      ]}
      valueFormatter={(value) => money({ amount: String(value), currency }, true)}
      yAxisProps={{ ...AXIS, width: 62 }}
      xAxisProps={{ ...AXIS, interval: 0 }}
      barProps={{ radius: [4, 4, 0, 0], isAnimationActive: false }}
      maxBarWidth={34}
    />
  );
}

export function CycleChart({ rows }: { rows: { name: string; cycle: SalesCycle }[] }) {
  const data = [
    ["Mean", "mean_days"],
    ["Median", "median_days"],
    ["90 % within", "p90_days"],
  ].map(([name, field]) => ({
    name,
    ...Object.fromEntries(rows.map((row) => [row.name, row.cycle[field as "mean_days"] ?? 0])),
  }));
  return (
    <BarChart
      h={240}
      data={data}
      dataKey="name"
      withLegend
      legendProps={{ verticalAlign: "top", height: 34, itemSorter: null }}
      series={[
        { name: "Won", color: "var(--r-chart-2)" },
        { name: "Lost", color: "var(--r-chart-4)" },
      ].filter((each) => rows.some((row) => row.name === each.name))}
      valueFormatter={(value) => `${decimal(value)} d`}
      yAxisProps={{ ...AXIS, width: 50 }}
      xAxisProps={{ ...AXIS, interval: 0 }}
      barProps={{ radius: [4, 4, 0, 0], isAnimationActive: false }}
      maxBarWidth={30}
    />
  );
}
