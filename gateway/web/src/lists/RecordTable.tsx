// A table of any length: only the rows in view are in the page, more are read as one scrolls.
import { Skeleton, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";

import { usePeople, useStages } from "../app/directory";
import { ArrowDownIcon, ArrowUpIcon } from "../ui/icons";
import type { Column, Names } from "./columns";
import { leaveTrail } from "./trail";
import classes from "./ListPage.module.css";

const ROW = 42;

interface RecordTableProps<R extends { id: string }> {
  label: string;
  columns: Column<R>[];
  rows: R[];
  total: number | undefined;
  sort: string;
  onSort: (sort: string) => void;
  addressOf?: (row: R) => string | null;
  /** A small thing to do at the end of a row. */
  action?: { label: string; cell: (row: R) => ReactNode };
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  pending: boolean;
  empty: ReactNode;
}

export function RecordTable<R extends { id: string }>(props: RecordTableProps<R>) {
  const { label, columns, rows, total, sort, onSort, addressOf, action, hasMore, loadingMore, onMore, pending, empty } = props;
  const go = useNavigate();
  const { pathname, search } = useLocation();
  const navigate = (address: string) => {
    leaveTrail({ address: pathname + search, label, ids: rows.map((row) => row.id), total: total ?? rows.length });
    go(address);
  };
  const people = usePeople();
  const stages = useStages();
  const names: Names = useMemo(() => ({ person: people.name, stages }), [people, stages]);
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const shown = narrow ? columns.filter((column) => column.narrow) : columns;
  const tracks = narrow ? shown.map((_, index) => (index === 0 ? "minmax(0, 1.6fr)" : "minmax(0, 1fr)")).join(" ") : shown.map((column) => column.width).join(" ");
  const template = action ? `${tracks} 30px` : tracks;

  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? "more",
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const wantsMore = hasMore && !loadingMore && last >= rows.length - 25;
  useEffect(() => {
    if (wantsMore) onMore();
  }, [wantsMore, onMore, rows.length]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [sort]);

  const step = (event: KeyboardEvent, index: number) => {
    const by = event.key === "ArrowDown" || event.key === "j" ? 1 : event.key === "ArrowUp" || event.key === "k" ? -1 : 0;
    if (by === 0 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(rows.length - 1, index + by));
    virtual.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${to}"] a, [data-row="${to}"][tabindex]`)?.focus());
  };

  return (
    <div className={classes.scroller} ref={scroller} tabIndex={0} role="region" aria-label={`${label}, scrollable`}>
      <div role="table" aria-label={label} aria-rowcount={(total ?? rows.length) + 1} className={classes.table} data-testid="table">
        <div role="row" className={classes.header} style={{ gridTemplateColumns: template }}>
          {shown.map((column) => (
            <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
          ))}
          {action && (
            <div role="columnheader" className={classes.headerCell}>
              <VisuallyHidden>{action.label}</VisuallyHidden>
            </div>
          )}
        </div>
        {pending ? (
          <div role="row" aria-busy="true">
            <div role="cell" aria-label="Loading">
              {Array.from({ length: 12 }, (_, index) => (
                <div key={index} className={classes.bone}>
                  <Skeleton h={13} w={`${30 + ((index * 37) % 45)}%`} />
                </div>
              ))}
            </div>
          </div>
        ) : rows.length === 0 ? (
          <div role="row">
            <div role="cell">{empty}</div>
          </div>
        ) : (
          <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index];
              const style = { top: item.start, height: ROW, gridTemplateColumns: template };
              if (!row) {
                return (
                  <div key="more" role="row" className={classes.row} style={style}>
                    <div role="cell" aria-label="Loading more">
                      <Skeleton h={13} w={220} />
                    </div>
                  </div>
                );
              }
              const address = addressOf?.(row) ?? null;
              return (
                <div
                  key={row.id}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className={classes.row}
                  style={style}
                  data-row={item.index}
                  data-link={address ? true : undefined}
                  data-record={address ? row.id : undefined}
                  data-name={"name" in row ? String(row.name) : undefined}
                  data-testid={`row-${row.id}`}
                  onClick={(event) => {
                    if (address && !(event.target as HTMLElement).closest("a, button, input, label")) navigate(address);
                  }}
                  onKeyDown={(event) => step(event, item.index)}
                >
                  {shown.map((column, index) => (
                    <div key={column.key} role="cell" data-column={column.key} className={classes.cell} data-right={column.right || undefined}>
                      {index === 0 && address ? (
                        <a
                          href={address}
                          className={classes.open}
                          onClick={(event) => {
                            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                            event.preventDefault();
                            navigate(address);
                          }}
                        >
                          {column.cell(row, names)}
                        </a>
                      ) : (
                        column.cell(row, names)
                      )}
                    </div>
                  ))}
                  {action && (
                    <div role="cell" className={`${classes.cell} ${classes.action}`}>
                      {action.cell(row)}
                    </div>
                  )}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

function HeaderCell<R>({ column, sort, onSort }: { column: Column<R>; sort: string; onSort: (sort: string) => void }) {
  const by = column.sort;
  const direction = by && sort === by ? "ascending" : by && sort === `-${by}` ? "descending" : undefined;
  return (
    <div role="columnheader" aria-sort={direction} className={classes.headerCell} data-right={column.right || undefined}>
      {by ? (
        <button type="button" onClick={() => onSort(direction === "ascending" ? `-${by}` : by)} data-testid={`sort-${by}`}>
          {column.label}
          {direction === "ascending" && <ArrowUpIcon size={12} />}
          {direction === "descending" && <ArrowDownIcon size={12} />}
        </button>
      ) : (
        column.label
      )}
    </div>
  );
}
