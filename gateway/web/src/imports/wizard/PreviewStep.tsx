// The third step: the first rows as they would come in, with complaints in their cells.
import { Alert, Button, Group, Skeleton, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { imports } from "../../api/client";
import type { Complaint, MappingTable, Money, PreviewRow } from "../../api/types";
import { keys } from "../../app/queryClient";
import { count, day, money, words } from "../../ui/format";
import { AlertIcon, ArrowRightIcon, CheckIcon, ChevronLeftIcon, WarningIcon } from "../../ui/icons";
import { ProblemNotice } from "../../ui/Problem";
import { called, fieldLabel } from "./fields";
import type { StepProps } from "./Steps";
import classes from "./Wizard.module.css";

export function PreviewStep({ upload, draft, setDraft, go }: StepProps) {
  const { mapping } = draft;
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: keys.preview(upload.id, JSON.stringify(mapping)),
    queryFn: () => imports.preview(upload.id, mapping),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const rows = data?.data ?? [];
  const complaints = rows.flatMap((row) => row.complaints);

  useEffect(() => {
    // Words without a meaning are offered with their column.
    const strange: Record<string, string[]> = {};
    for (const each of complaints) {
      if (each.code === "unknown_value" && each.column && each.value) {
        strange[each.column] = [...new Set([...(strange[each.column] ?? []), each.value])];
      }
    }
    if (Object.keys(strange).length > 0) setDraft((before) => ({ ...before, strange: { ...before.strange, ...strange } }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the rows are what changes
  }, [data, setDraft]);

  if (error) {
    return (
      <>
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        <Group justify="space-between">
          <Back onClick={() => go("columns")} />
        </Group>
      </>
    );
  }
  const tableOf = (row: PreviewRow) => mapping.tables.find((each) => each.object === row.object && (each.file === row.file || each.file === null));
  // What the mapping names comes first, what it brings along after it.
  const ordered = [...rows.filter(tableOf), ...rows.filter((row) => !tableOf(row))];
  const names = [...new Set(ordered.map((row) => `${row.file}\n${row.object}`))];
  return (
    <>
      {!data && <Skeleton h={260} radius="lg" />}
      {data && rows.length === 0 && (
        <Alert color="yellow" icon={<WarningIcon />} title="There is no row to show">
          The file has a header and nothing below it, or every row is left out.
        </Alert>
      )}
      {data && rows.length > 0 && (
        <p className={classes.verdict} data-good={complaints.length === 0 || undefined} role="status" data-testid="preview-verdict">
          {complaints.length === 0 ? <CheckIcon size={15} /> : <WarningIcon size={15} />}
          {complaints.length === 0
            ? "The first rows can all be read. The next step checks every row."
            : `${count(complaints.length)} ${complaints.length === 1 ? "cell" : "cells"} of the first rows cannot be read. Go back and say how the column is written, or leave these rows for later.`}
        </p>
      )}
      {names.map((name) => {
        const some = rows.filter((row) => `${row.file}\n${row.object}` === name);
        return <Rows key={name} rows={some} table={tableOf(some[0]!)} />;
      })}
      <Group justify="space-between">
        <Back onClick={() => go("columns")} />
        <Button rightSection={<ArrowRightIcon size={15} />} disabled={rows.length === 0} loading={isFetching && !data} onClick={() => go("check")} data-testid="to-check">
          Check all rows
        </Button>
      </Group>
    </>
  );
}

export function Back({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="default" leftSection={<ChevronLeftIcon size={15} />} onClick={onClick} data-testid="back">
      Back
    </Button>
  );
}

function Rows({ rows, table }: { rows: PreviewRow[]; table: MappingTable | undefined }) {
  const { object, file } = rows[0]!;
  const fromColumn = new Map((table?.columns ?? []).filter((column) => column.field).map((column) => [column.field!, column.column]));
  const filled = new Set(rows.flatMap((row) => Object.keys(row.values)));
  // A whole name becomes two fields; its complaints belong with the last one.
  const mapped = [...fromColumn.keys()].flatMap((name) => (name === "full_name" ? ["first_name", "last_name"] : name.includes(".") ? [] : [name]));
  const shown = [...new Set([...mapped, ...filled])].filter((name) => table || name !== "external_id");
  const columnOf = (name: string) => fromColumn.get(name) ?? (name === "last_name" || name === "first_name" ? fromColumn.get("full_name") : undefined) ?? null;
  const label = `First ${called(object).many} of ${file}`;
  return (
    <section className={classes.card} aria-label={label}>
      <h2 className={classes.heading}>
        {words(called(object).many)} <span className={classes.faint}>{table ? `from ${file}` : `named in ${file}, added where they are not here yet`}</span>
      </h2>
      <Table.ScrollContainer minWidth={shown.length * 130} type="native" tabIndex={0} role="region" aria-label={`${label}, scrollable`}>
        <Table className={classes.preview} verticalSpacing={7} data-testid={`preview-${object}`}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.line}>Line</Table.Th>
              {shown.map((name) => (
                <Table.Th key={name}>
                  {fieldLabel(object, name)}
                  {table && <small className={classes.from}>{columnOf(name) ?? "for every row"}</small>}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.line} data-bad={row.complaints.length > 0 || undefined}>
                <Table.Td className={`${classes.line} num`}>{row.line}</Table.Td>
                {shown.map((name, index) => {
                  const column = columnOf(name);
                  const faults = row.complaints.filter((each) => (column !== null && name !== "first_name" && each.column === column) || (index === 0 && isHomeless(each, table)));
                  return <Cell key={name} value={row.values[name]} faults={faults} />;
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

/** A complaint about the row as a whole stands in its first cell. */
function isHomeless(complaint: Complaint, table: MappingTable | undefined): boolean {
  return !table?.columns.some((column) => column.field && column.column === complaint.column);
}

function Cell({ value, faults }: { value: unknown; faults: Complaint[] }) {
  if (faults.length === 0) return <Table.Td>{shownAs(value)}</Table.Td>;
  return (
    <Table.Td className={classes.fault} data-testid="complaint">
      <span className={classes.faultValue}>
        <AlertIcon size={13} label="Cannot be read" />
        {faults[0]!.value || shownAs(value) || "empty"}
      </span>
      {faults.map((fault) => (
        <small key={fault.code + fault.message}>{fault.message.replace(`${fault.column}: `, "")}</small>
      ))}
    </Table.Td>
  );
}

function shownAs(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(shownAs).join(", ");
  if (typeof value === "object") {
    if ("amount" in value) {
      const { amount, currency } = value as Money;
      return currency ? money({ amount, currency }) : Number(amount).toLocaleString(navigator.language);
    }
    return Object.values(value).map(shownAs).filter(Boolean).join(" ");
  }
  if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return String(value);
}
