// One figure or chart with everything needed to trust it: the formula, how many rows it counts, how fresh it
// is, and the same numbers as a table.
import { ActionIcon, Skeleton, Tooltip } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Suspense, useState, type ReactNode } from "react";

import type { Report } from "../api/types";
import { ago, count, instant } from "../ui/format";
import { ChartIcon, TableIcon } from "../ui/icons";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Dashboard.module.css";

interface TileProps<Row> {
  title: string;
  report: UseQueryResult<Report<Row>>;
  controls?: ReactNode;
  chart: (report: Report<Row>) => ReactNode;
  table?: (report: Report<Row>) => ReactNode;
  /** Columns of ten; five when absent. */
  span?: 4 | 6;
  testid: string;
}

export function Tile<Row>({ title, report, controls, chart, table, span, testid }: TileProps<Row>) {
  const [asTable, setAsTable] = useState(false);
  const { data, error, refetch } = report;
  return (
    <section className={classes.tile} data-span={span} aria-label={title} data-testid={testid}>
      <header className={classes.tileHead}>
        <h2>{title}</h2>
        <div className={classes.controls}>
          {controls}
          {table && (
            <Tooltip label={asTable ? "Show as a chart" : "Show as a table"}>
              <ActionIcon
                aria-label={asTable ? `${title} as a chart` : `${title} as a table`}
                aria-pressed={asTable}
                onClick={() => setAsTable((before) => !before)}
                data-testid={`${testid}-table`}
              >
                {asTable ? <ChartIcon size={16} /> : <TableIcon size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      </header>
      <div className={classes.body}>
        {error && !data ? (
          <ProblemNotice error={error} onRetry={() => void refetch()} />
        ) : !data ? (
          <Skeleton h="100%" mih={180} radius="md" />
        ) : asTable && table ? (
          <div className={classes.tableWrap} tabIndex={0} role="region" aria-label={`${title}, table`}>
            {table(data)}
          </div>
        ) : (
          <Suspense fallback={<Skeleton h="100%" mih={180} radius="md" />}>{chart(data)}</Suspense>
        )}
      </div>
      {data && <Footnote report={data} />}
    </section>
  );
}

function Footnote({ report }: { report: Report<unknown> }) {
  const at = report.as_of ?? report.watermark?.at ?? null;
  return (
    <footer className={classes.footnote}>
      <span title="How this is computed">{report.formula}</span>
      <span className="num">
        {count(report.row_count)} rows
        {report.rows_without_amount ? `, ${count(report.rows_without_amount)} without amount` : ""}
        {report.rows_in_other_currencies ? `, ${count(report.rows_in_other_currencies)} in other currencies` : ""}
        {at ? (
          <>
            {" · as of "}
            <time dateTime={at} title={instant(at)}>
              {ago(at)}
            </time>
          </>
        ) : null}
      </span>
    </footer>
  );
}
