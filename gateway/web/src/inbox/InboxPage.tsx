// The inbox: what the person signed in was told, newest first, by day. Opening one reads it; one key does each thing.
import { ActionIcon, Button, Kbd, Loader, SegmentedControl, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { list } from "../api/client";
import type { Notification, Page as PageOf } from "../api/types";
import { addressOfNotification, useUnread } from "../app/inbox";
import { keys } from "../app/queryClient";
import { useListAddress } from "../lists/useListAddress";
import { Empty } from "../ui/Empty";
import { ArchiveIcon, BellIcon, CheckIcon, MailIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Inbox.module.css";
import { Item } from "./Item";
import { useInbox } from "./useInbox";

const VIEWS: Record<string, { label: string; filter: string; empty: string; detail: string }> = {
  unread: {
    label: "Unread",
    filter: "read_at = null",
    empty: "You have read everything",
    detail: "You are told when somebody gives you a record or a task, when your deals are won or lost, and when your imports end.",
  },
  all: { label: "All", filter: "archived_at = null", empty: "Nothing here yet", detail: "What you are told stays here until you archive it." },
  archived: { label: "Archived", filter: "archived_at != null", empty: "Nothing is archived", detail: "What you archive is kept here for 90 days." },
};
const PAGE = 50;

export default function InboxPage() {
  const navigate = useNavigate();
  const address = useListAddress("");
  const name = address.view && VIEWS[address.view] ? address.view : "unread";
  const view = VIEWS[name]!;
  const unread = useUnread();
  const change = useInbox();
  const found = useInfiniteQuery({
    queryKey: keys.inbox(name),
    queryFn: ({ pageParam, signal }) =>
      list("notifications", { filter: view.filter, sort: "-created_at", limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: PageOf<Notification>) => last.next_cursor,
    retry: false,
  });
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.data), [found.data]);
  const [active, setActive] = useState<string | null>(null);
  const listRef = useRef<HTMLOListElement>(null);
  const place = Math.max(0, rows.findIndex((row) => row.id === active));
  const current = rows[place];

  const open = useCallback(
    (row: Notification) => {
      change.read(row);
      const to = addressOfNotification(row);
      if (to) navigate(to);
    },
    [change, navigate],
  );
  const focus = useCallback((row: Notification | undefined) => {
    if (!row) return;
    setActive(row.id);
    requestAnimationFrame(() => listRef.current?.querySelector<HTMLElement>(`[data-open="${row.id}"]`)?.focus());
  }, []);
  const archive = useCallback(
    (row: Notification) => {
      const index = rows.indexOf(row);
      change.archive(row);
      focus(rows[index + 1] ?? rows[index - 1]);
    },
    [change, focus, rows],
  );

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && (target as HTMLInputElement).type !== "radio") return;
      if (document.querySelector("[role=dialog]") || !current) return;
      const isChosen = active !== null && rows.some((row) => row.id === active);
      if (event.key === "j") focus(isChosen ? rows[place + 1] : current);
      else if (event.key === "k") focus(rows[place - 1] ?? current);
      else if (event.key === "o") open(current);
      else if (event.key === "u") change.toggle(current);
      else if (event.key === "e") current.archived_at ? change.unarchive(current) : archive(current);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [active, archive, change, current, focus, open, place, rows]);

  return (
    <Page
      title="Inbox"
      width={820}
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<CheckIcon size={14} />}
            disabled={unread === 0}
            onClick={() => change.readAll(rows.filter((row) => !row.read_at), rows[0])}
            data-testid="read-all"
          >
            Mark all read
          </Button>
        </>
      }
      toolbar={
        <>
          <SegmentedControl
            aria-label="Which notifications"
            value={name}
            onChange={(value) => address.set("view", value === "unread" ? null : value)}
            data={Object.entries(VIEWS).map(([value, { label }]) => ({ value, label }))}
          />
          <span className={classes.hints} aria-hidden="true">
            <Kbd size="xs">j</Kbd> <Kbd size="xs">k</Kbd> move · <Kbd size="xs">o</Kbd> open · <Kbd size="xs">u</Kbd> unread ·{" "}
            <Kbd size="xs">e</Kbd> archive
          </span>
        </>
      }
    >
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeletons />}
      {!found.isPending && !found.error && rows.length === 0 && (
        <Empty
          icon={BellIcon}
          title={view.empty}
          action={
            name === "unread" && (
              <Button size="xs" variant="default" onClick={() => address.set("view", "all")}>
                Show what you have read
              </Button>
            )
          }
        >
          {view.detail}
        </Empty>
      )}
      <ol className={classes.list} ref={listRef} data-testid="inbox">
        {rows.map((row, index) => (
          <Item
            key={row.id}
            row={row}
            isNewDay={dayOf(row) !== dayOf(rows[index - 1])}
            isActive={row.id === active}
            onOpen={open}
            onFocus={setActive}
          >
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={row.read_at ? "Mark as unread" : "Mark as read"}
              title={row.read_at ? "Mark as unread (u)" : "Mark as read (u)"}
              onClick={() => change.toggle(row)}
              data-testid={`toggle-${row.id}`}
            >
              {row.read_at ? <MailIcon size={15} /> : <CheckIcon size={15} />}
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={row.archived_at ? "Take out of the archive" : "Archive"}
              title={row.archived_at ? "Take out of the archive (e)" : "Archive (e)"}
              onClick={() => (row.archived_at ? change.unarchive(row) : archive(row))}
              data-testid={`archive-${row.id}`}
            >
              <ArchiveIcon size={15} />
            </ActionIcon>
          </Item>
        ))}
      </ol>
      {found.hasNextPage && (
        <div className={classes.more}>
          <Button
            size="xs"
            variant="default"
            onClick={() => void found.fetchNextPage()}
            leftSection={found.isFetchingNextPage ? <Loader size={12} /> : undefined}
          >
            Show older ones
          </Button>
        </div>
      )}
    </Page>
  );
}

function dayOf(row: Notification | undefined): string {
  return row ? new Date(row.created_at).toDateString() : "";
}

function Skeletons() {
  return (
    <div aria-busy="true" aria-label="Loading">
      {[0, 1, 2, 3].map((each) => (
        <Skeleton key={each} height={54} mb={8} radius="md" />
      ))}
    </div>
  );
}
