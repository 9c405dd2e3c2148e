// Tasks across all records: what is due, by whom, about what.
import { Badge, Button, Modal, SegmentedControl } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useCallback } from "react";

import { hasStatus } from "../api/problem";
import type { Activity } from "../api/types";
import { useCanWrite, useSession } from "../app/session";
import { addressOf } from "../records/names";
import { Reference } from "../records/FieldValue";
import { TaskCheckbox } from "../records/TaskCheckbox";
import { Empty } from "../ui/Empty";
import { allOf, fromTyped, quote } from "../ui/filter";
import { FilterBox } from "../ui/FilterBox";
import { count, shortInstant, words } from "../ui/format";
import { PlusIcon, TaskIcon, WorkflowIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { Person } from "../ui/Person";
import { PersonSelect } from "../ui/PersonSelect";
import { ProblemNotice } from "../ui/Problem";
import type { Column } from "./columns";
import classes from "./ListPage.module.css";
import { RecordTable } from "./RecordTable";
import { TaskForm } from "./TaskForm";
import { useList } from "./useList";
import { useListAddress } from "./useListAddress";

const VIEWS: Record<string, { label: string; filter: string; sort: string }> = {
  open: { label: "Open", filter: 'status != "completed"', sort: "due_at" },
  done: { label: "Done", filter: 'status = "completed"', sort: "-completed_at" },
  all: { label: "All", filter: "", sort: "-created_at" },
};

const PRIORITY_TONES: Record<string, string> = { high: "red", medium: "yellow", low: "gray" };

const COLUMNS: Column<Activity>[] = [
  {
    key: "subject",
    label: "Task",
    width: "minmax(260px, 2fr)",
    sort: "subject",
    narrow: true,
    cell: (task) => (
      <span className={classes.person}>
        <TaskCheckbox task={task} />
        <span className={`clip ${task.status === "completed" ? classes.done : ""}`}>{task.subject}</span>
        {task.origin === "automation" && (
          <Badge color="gray" className={classes.badge} leftSection={<WorkflowIcon size={11} />}>
            Workflow
          </Badge>
        )}
      </span>
    ),
  },
  { key: "about", label: "About", width: "minmax(180px, 1.4fr)", cell: (task) => <About ids={task.record_ids} /> },
  {
    key: "due_at",
    label: "Due",
    width: "132px",
    sort: "due_at",
    narrow: true,
    cell: (task) => {
      const late = task.status !== "completed" && task.due_at !== null && new Date(task.due_at) < new Date();
      return <span className={`num ${late ? classes.overdue : ""}`}>{task.due_at ? shortInstant(task.due_at) : "—"}{late ? " · late" : ""}</span>;
    },
  },
  {
    key: "priority",
    label: "Priority",
    width: "96px",
    cell: (task) => (task.priority ? <Badge color={PRIORITY_TONES[task.priority] ?? "gray"}>{words(task.priority)}</Badge> : <span className={classes.faint}>—</span>),
  },
  { key: "status", label: "Status", width: "112px", cell: (task) => <span className={classes.muted}>{words(task.status)}</span> },
  { key: "owner", label: "Owner", width: "minmax(140px, 1fr)", cell: (task, names) => <Person name={names.person(task.owner_id)} /> },
];

function About({ ids }: { ids: string[] }) {
  const first = ids.find((id) => id.startsWith("deal_")) ?? ids.find((id) => addressOf(id));
  return first ? (
    <span className="clip">
      <Reference id={first} />
    </span>
  ) : (
    <span className={classes.faint}>—</span>
  );
}

export default function TasksPage() {
  const canWrite = useCanWrite();
  const { user } = useSession();
  const [creating, create] = useDisclosure(false);
  useHotkeys([["c", () => canWrite && create.open()]]);
  const address = useListAddress("");
  const view = VIEWS[address.view ?? "open"] ?? VIEWS.open!;
  const sort = address.sort || view.sort;

  const typed = fromTyped(address.filter, "subject");
  const before = allOf('kind = "task"', view.filter, address.owner && `owner_id = ${quote(address.owner)}`);
  const filter = allOf(before, typed);
  const found = useList("activities", { filter, sort });
  const badFilter = hasStatus(found.error, 400) || hasStatus(found.error, 422);
  const { fetchNextPage } = found;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);

  return (
    <Page
      title="Tasks"
      body="fill"
      heading={
        <>
          <h1 style={{ margin: 0, fontSize: "1rem", fontWeight: 600 }}>Tasks</h1>
          {found.total !== undefined && <span className={`${classes.total} num`}>{count(found.total)}</span>}
        </>
      }
      actions={
        canWrite && (
          <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={create.open} data-testid="new-record">
            New task
          </Button>
        )
      }
      toolbar={
        <>
          <SegmentedControl
            aria-label="Which tasks"
            value={address.view ?? "open"}
            onChange={(value) => address.set("view", value === "open" ? null : value)}
            data={Object.entries(VIEWS).map(([value, { label }]) => ({ value, label }))}
          />
          <Button
            size="xs"
            variant={address.owner === user.id ? "light" : "default"}
            aria-pressed={address.owner === user.id}
            onClick={() => address.set("owner", address.owner === user.id ? null : user.id)}
          >
            Mine
          </Button>
          <PersonSelect aria-label="Owner" placeholder="All owners" w={180} size="xs" value={address.owner} onChange={(id) => address.set("owner", id)} />
          <FilterBox
            resource="activities"
            value={address.filter}
            onApply={(value) => address.set("filter", value)}
            error={badFilter ? found.error : undefined}
            offset={filter.length - typed.length}
            placeholder="Words of the task, or a filter"
          />
        </>
      }
    >
      {found.error && !badFilter && (
        <div className={classes.notice}>
          <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        </div>
      )}
      <RecordTable
        label="Tasks"
        columns={COLUMNS}
        rows={badFilter ? [] : found.rows}
        total={found.total}
        sort={sort}
        onSort={(next) => address.set("sort", next === view.sort ? null : next)}
        hasMore={!badFilter && found.hasNextPage}
        loadingMore={found.isFetchingNextPage}
        onMore={more}
        pending={found.isPending}
        empty={
          found.error ? null : (
            <Empty icon={TaskIcon} title={address.view === "done" ? "Nothing is done yet" : "Nothing to do"}>
              Tasks come from you, from the timeline of a record, or from a workflow.
            </Empty>
          )
        }
      />
      <Modal opened={creating} onClose={create.close} title="New task" size={480} closeButtonProps={{ "aria-label": "Close" }}>
        <TaskForm onDone={create.close} />
      </Modal>
    </Page>
  );
}
