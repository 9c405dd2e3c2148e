// What brought the revenue in: won value divided among the touches before it, by one of eight models, beside the spend.
import { Group, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { reports } from "../api/client";
import { keys } from "../app/queryClient";
import { Drill } from "../dashboard/drill";
import { ReportTable } from "../dashboard/ReportTable";
import { count, decimal, money } from "../ui/format";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Metrics.module.css";

const MODELS = [
  { value: "original_source", label: "Original source" },
  { value: "first_touch", label: "First touch" },
  { value: "last_touch", label: "Last touch" },
  { value: "linear", label: "Linear" },
  { value: "u_shaped", label: "U-shaped" },
  { value: "w_shaped", label: "W-shaped" },
  { value: "full_path", label: "Full path" },
  { value: "time_decay", label: "Time decay" },
];
const GROUPS = [
  { value: "source", label: "By source" },
  { value: "campaign", label: "By campaign" },
];

export function AttributionCard({ period }: { period: { from?: string; to?: string } }) {
  const [model, setModel] = useState("linear");
  const [group, setGroup] = useState("source");
  const query = { ...period, model, group_by: group };
  const found = useQuery({ queryKey: keys.report("attribution", query), queryFn: () => reports.attribution(query), placeholderData: keepPreviousData });
  return (
    <section aria-label="What brought the revenue in">
      <h2 className={classes.section}>What brought the revenue in</h2>
      <article className={classes.card} data-testid="attribution">
        <Group gap={8} mb={8}>
          <Select aria-label="Model" size="xs" w={160} data={MODELS} value={model} allowDeselect={false} onChange={(value) => value && setModel(value)} data-testid="attribution-model" />
          <Select aria-label="Credit" size="xs" w={140} data={GROUPS} value={group} allowDeselect={false} onChange={(value) => value && setGroup(value)} />
        </Group>
        {found.error && !found.data && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
        {found.data && (
          <>
            <p className={classes.formula}>{found.data.formula}</p>
            {found.data.data.length === 0 ? (
              <p className={classes.reason}>No deal was won in this period.</p>
            ) : (
              <div className={classes.wide} tabIndex={0} role="region" aria-label="Credit by source or campaign">
                <ReportTable
                  rows={found.data.data}
                  rowKey={(row) => row.key ?? ""}
                  columns={[
                    { label: group === "source" ? "Source" : "Campaign", cell: (row) => row.key ?? "None named" },
                    { label: "Credit", right: true, cell: (row) => money(row.credit) },
                    { label: "Deals", right: true, cell: (row) => count(row.deals) },
                    { label: "Touches", right: true, cell: (row) => count(row.touches) },
                    { label: "Spend", right: true, cell: (row) => <span title={row.reason}>{row.spend ? money(row.spend) : "—"}</span> },
                    { label: "ROAS", right: true, cell: (row) => <span title={row.reason}>{row.roas === null ? "—" : decimal(row.roas, 2)}</span> },
                    { label: "ROI", right: true, cell: (row) => <span title={row.reason}>{row.roi === null ? "—" : `${decimal(row.roi * 100)} %`}</span> },
                  ]}
                />
              </div>
            )}
            <dl className={classes.inputs}>
              <div>
                <dt>Won deals</dt>
                <dd className="num">
                  <Drill records={found.data.records}>{count(found.data.row_count)}</Drill>
                </dd>
              </div>
              <div>
                <dt>Together</dt>
                <dd className="num">{money(found.data.total)}</dd>
              </div>
              <Left label="In other currencies, left out" number={found.data.rows_in_other_currencies} />
              <Left label="Without an amount" number={found.data.rows_without_amount} />
            </dl>
          </>
        )}
      </article>
    </section>
  );
}

function Left({ label, number }: { label: string; number: number | undefined }) {
  if (!number) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd className="num">{count(number)}</dd>
    </div>
  );
}
