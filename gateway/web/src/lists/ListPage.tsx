// A list of accounts, contacts, leads or deals.
import { Button } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useCallback, useMemo } from "react";
import { Link } from "react-router";

import type { RecordResource } from "../api/client";
import { hasStatus } from "../api/problem";
import { withQuery } from "../api/request";
import { useCanWrite } from "../app/session";
import { ImportLink } from "../imports/ImportLink";
import { CreateDialog } from "../records/CreateDialog";
import { DEFINITIONS } from "../records/definitions";
import { LogButton } from "../records/LogButton";
import { CurlButton } from "../ui/Curl";
import { Empty } from "../ui/Empty";
import { allOf, fromTyped, quote } from "../ui/filter";
import { FilterBox } from "../ui/FilterBox";
import { FilterBuilder } from "../ui/FilterBuilder";
import { count, words } from "../ui/format";
import { PlusIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { PersonSelect } from "../ui/PersonSelect";
import { ProblemNotice } from "../ui/Problem";
import { ColumnChooser } from "./ColumnChooser";
import { allColumns, columnsOf, LOOKS } from "./columns";
import classes from "./ListPage.module.css";
import { ExportMenu } from "./ExportMenu";
import { RecordTable } from "./RecordTable";
import { useList } from "./useList";
import { useListView } from "./useListView";
import { ViewBar } from "./ViewBar";

export default function ListPage({ resource }: { resource: RecordResource }) {
  const definition = DEFINITIONS[resource];
  const look = LOOKS[resource];
  const canWrite = useCanWrite();
  const [creating, create] = useDisclosure(false);
  const list = useListView(resource, look.sort);
  const { filter: typed, owner, sort, set } = list;
  useHotkeys([["c", () => canWrite && create.open()]]);

  const columns = useMemo(() => columnsOf(resource, list.columns), [resource, list.columns.join(",")]);
  const before = owner ? `owner_id = ${quote(owner)}` : "";
  const typedFilter = fromTyped(typed, definition.nameField);
  const filter = allOf(before, typedFilter);
  const found = useList(resource, { filter: filter || undefined, sort, expand: look.expand }, list.ready);
  const badFilter = hasStatus(found.error, 400) || hasStatus(found.error, 422);
  const { fetchNextPage } = found;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const title = words(definition.plural);

  return (
    <Page
      title={list.view ? `${list.view.name} · ${title}` : title}
      body="fill"
      heading={
        <>
          <h1 style={{ margin: 0, fontSize: "1rem", fontWeight: 600 }}>{title}</h1>
          {found.total !== undefined && !badFilter && (
            <span className={`${classes.total} num`} data-testid="total">
              {count(found.total)}
            </span>
          )}
        </>
      }
      actions={
        <>
          <ExportMenu resource={resource} filter={filter} sort={sort} columns={columns.map((column) => column.key)} total={found.total} />
          <CurlButton path={withQuery(`/v1/${resource}`, { filter, sort, expand: look.expand, limit: 100 })} />
          <ImportLink resource={resource} />
          {canWrite && (
            <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={create.open} data-testid="new-record">
              New {definition.singular}
            </Button>
          )}
        </>
      }
      toolbar={
        <>
          <FilterBuilder resource={resource} value={typedFilter} onApply={(value) => set("filter", value)} />
          <FilterBox
            resource={resource}
            value={typed}
            onApply={(value) => set("filter", value)}
            error={badFilter ? found.error : undefined}
            offset={filter.length - typedFilter.length}
          />
          <PersonSelect aria-label="Owner" placeholder="All owners" w={170} size="xs" value={owner} onChange={(id) => set("owner", id)} data-testid="owner" />
          <ColumnChooser
            all={allColumns(resource)}
            shown={columns.map((column) => column.key)}
            isUsual={list.columns.length === 0}
            onChange={(keys) => set("columns", keys.join(","))}
          />
        </>
      }
    >
      <ViewBar resource={resource} plural={definition.plural} list={list} shown={{ filter, sort, columns: list.columns }} />
      {found.error && !badFilter && (
        <div className={classes.notice}>
          <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        </div>
      )}
      <RecordTable
        label={title}
        columns={columns as never}
        rows={badFilter ? [] : found.rows}
        total={found.total}
        sort={sort}
        onSort={(next) => set("sort", next)}
        addressOf={(row: { id: string }) => `/${resource}/${row.id}`}
        action={canWrite ? { label: "Log", cell: (row: { id: string; name: string }) => <LogButton id={row.id} name={row.name} /> } : undefined}
        hasMore={!badFilter && found.hasNextPage}
        loadingMore={found.isFetchingNextPage}
        onMore={more}
        pending={found.isPending}
        empty={
          badFilter ? (
            <Empty icon={definition.icon} title="The filter cannot be read">
              Correct it above, or clear it to see all {definition.plural}.
            </Empty>
          ) : found.error ? null : filter ? (
            <Empty
              icon={definition.icon}
              title={`No ${definition.plural} match`}
              action={
                <Button variant="default" onClick={() => list.open(null)}>
                  Show all {definition.plural}
                </Button>
              }
            >
              Loosen the filter, or look for another owner.
            </Empty>
          ) : (
            <Empty
              icon={definition.icon}
              title={`No ${definition.plural} yet`}
              action={
                canWrite && (
                  <Button leftSection={<PlusIcon size={15} />} onClick={create.open}>
                    New {definition.singular}
                  </Button>
                )
              }
            >
              {look.intro} Add the first one, or <Link className="link" to={`/imports/new?object=${resource}`}>import a file</Link>.
            </Empty>
          )
        }
      />
      <CreateDialog resource={resource} opened={creating} onClose={create.close} />
    </Page>
  );
}
