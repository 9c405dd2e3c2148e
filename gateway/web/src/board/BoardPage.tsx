// The pipeline board: choose a pipeline, narrow it by owner or filter, move deals through the stages.
import { Button, Group, Select, Skeleton } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";

import { hasStatus } from "../api/problem";
import type { Board, Money } from "../api/types";
import { usePipelines } from "../app/directory";
import { useCanWrite } from "../app/session";
import { CreateDialog } from "../records/CreateDialog";
import { Empty } from "../ui/Empty";
import { allOf, fromTyped, quote } from "../ui/filter";
import { FilterBox } from "../ui/FilterBox";
import { count, money } from "../ui/format";
import { BoardIcon, ImportIcon, PlusIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { PersonSelect } from "../ui/PersonSelect";
import { ProblemNotice } from "../ui/Problem";
import { plus } from "../ui/decimal";
import { BoardColumns } from "./BoardColumns";
import classes from "./BoardPage.module.css";
import { Checklist } from "./Checklist";
import { useBoard } from "./useBoard";

const LAST_PIPELINE = "rapport-pipeline";

export default function BoardPage() {
  const navigate = useNavigate();
  const { pipelineId } = useParams();
  const [params, setParams] = useSearchParams();
  const canWrite = useCanWrite();
  const [creating, create] = useDisclosure(false);
  useHotkeys([["c", () => canWrite && create.open()]]);

  const pipelines = usePipelines();
  const remembered = localStorage.getItem(LAST_PIPELINE);
  const pipeline =
    pipelines.data?.find((each) => each.id === (pipelineId ?? remembered)) ?? (pipelineId ? undefined : pipelines.data?.[0]);

  const owner = params.get("owner");
  const typed = params.get("filter") ?? "";
  const before = owner ? `owner_id = ${quote(owner)}` : "";
  const filter = allOf(before, fromTyped(typed, "name"));
  const board = useBoard(pipeline?.id, filter);
  const badFilter = hasStatus(board.error, 400) || hasStatus(board.error, 422);

  const set = (name: string, value: string | null) =>
    setParams((previous) => {
      const next = new URLSearchParams(previous);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });

  return (
    <Page
      title="Board"
      body="fill"
      heading={
        <>
          <h1 className={classes.title}>Board</h1>
          <Select
            aria-label="Pipeline"
            variant="unstyled"
            className={classes.pipeline}
            data={(pipelines.data ?? []).map((each) => ({ value: each.id, label: each.name }))}
            value={pipeline?.id ?? null}
            allowDeselect={false}
            onChange={(id) => {
              if (!id) return;
              localStorage.setItem(LAST_PIPELINE, id);
              navigate({ pathname: `/board/${id}`, search: params.toString() });
            }}
            data-testid="pipeline"
          />
          {board.data && <Summary board={board.data} />}
        </>
      }
      actions={
        canWrite && (
          <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={create.open} data-testid="new-deal">
            New deal
          </Button>
        )
      }
      toolbar={
        <>
          <PersonSelect
            aria-label="Owner"
            placeholder="All owners"
            w={190}
            size="xs"
            value={owner}
            onChange={(id) => set("owner", id)}
            data-testid="owner"
          />
          <FilterBox
            resource="deals"
            value={typed}
            onApply={(value) => set("filter", value)}
            error={badFilter ? board.error : undefined}
            offset={before ? filter.length - fromTyped(typed, "name").length : 0}
          />
        </>
      }
    >
      {pipelines.error ? (
        <Notice error={pipelines.error} onRetry={() => void pipelines.refetch()} />
      ) : pipelines.data && !pipeline ? (
        <Empty icon={BoardIcon} title="There is no such pipeline" action={<Button onClick={() => navigate("/board")}>Open the default one</Button>} />
      ) : board.error && !badFilter && !board.data ? (
        <Notice error={board.error} onRetry={() => void board.refetch()} />
      ) : board.data ? (
        <>
          <Checklist />
          {isEmpty(board.data) && !filter && <FirstDeal onCreate={create.open} />}
          <BoardColumns
            board={board.data}
            filter={filter}
            canWrite={canWrite}
            canLoadMore={board.canLoadMore}
            onNearEnd={board.more}
          />
        </>
      ) : (
        <Bones />
      )}
      <CreateDialog resource="deals" opened={creating} onClose={create.close} preset={pipeline ? { pipeline_id: pipeline.id } : undefined} />
    </Page>
  );
}

function isEmpty(board: Board): boolean {
  return board.stages.every((stage) => stage.count === 0);
}

/** What is open in all, beside the name of the pipeline. */
function Summary({ board }: { board: Board }) {
  const open = board.stages.filter((stage) => stage.kind === "open");
  const total = open.reduce((sum, stage) => plus(sum, stage.total, 100), null as Money | null);
  const weighted = open.reduce((sum, stage) => plus(sum, stage.weighted, 100), null as Money | null);
  const deals = open.reduce((sum, stage) => sum + stage.count, 0);
  return (
    <span className={`${classes.summary} num`} data-testid="board-summary">
      {count(deals)} open{total && Number(total.amount) !== 0 && ` · ${money(total, true)} · ${money(weighted, true)} weighted`}
    </span>
  );
}

function FirstDeal({ onCreate }: { onCreate: () => void }) {
  return (
    <div className={classes.first}>
      <span>This pipeline is empty.</span>
      <Button size="xs" variant="default" leftSection={<PlusIcon size={14} />} onClick={onCreate}>
        Add the first deal
      </Button>
      <Button size="xs" variant="default" component={Link} to="/imports/new?object=deals" leftSection={<ImportIcon size={14} />}>
        Import a file
      </Button>
    </div>
  );
}

function Notice(props: { error: unknown; onRetry: () => void }) {
  return (
    <div className={classes.notice}>
      <ProblemNotice {...props} />
    </div>
  );
}

function Bones() {
  return (
    <Group className={classes.bones} align="stretch" wrap="nowrap" aria-busy="true" aria-label="Loading the board">
      {[4, 3, 5, 2, 3].map((cards, column) => (
        <div key={column} className={classes.bone}>
          <Skeleton h={16} w="60%" mb={12} />
          {Array.from({ length: cards }, (_, index) => (
            <Skeleton key={index} h={88} mb={8} radius={9} />
          ))}
        </div>
      ))}
    </Group>
  );
}
