// What can be done with notifications: shown at once, taken back when the server refuses, undone where it is a loss.
import type { InfiniteData } from "@tanstack/react-query";
import { useMemo } from "react";

import { notifications as api } from "../api/client";
import type { Notification, Page, Unread } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { notifyProblem } from "../ui/Problem";
import { toast } from "../ui/toast";

type Pages = InfiniteData<Page<Notification>, string | null>;
type Changes = Partial<Pick<Notification, "read_at" | "archived_at">>;

/** Changes one in every list on screen; it leaves none before the lists are read again. */
function patch(ids: Set<string>, changes: Changes): void {
  let delta = 0;
  queryClient.setQueriesData<Pages>({ queryKey: keys.inboxes }, (pages) => {
    if (!pages) return pages;
    delta = 0;
    return {
      ...pages,
      pages: pages.pages.map((page) => ({
        ...page,
        data: page.data.map((row) => {
          if (!ids.has(row.id)) return row;
          const after = { ...row, ...changes };
          delta += Number(!after.read_at) - Number(!row.read_at);
          return after;
        }),
      })),
    };
  });
  queryClient.setQueryData<Unread>(keys.unread, (before) => before && { unread: Math.max(0, before.unread + delta) });
}

const settle = () => queryClient.invalidateQueries({ queryKey: keys.notifications });

async function run(rows: Notification[], changes: Changes, work: () => Promise<unknown>, what: string): Promise<void> {
  patch(new Set(rows.map((row) => row.id)), changes);
  try {
    await work();
  } catch (error) {
    notifyProblem(error, what);
  } finally {
    await settle();
  }
}

const now = () => new Date().toISOString();

function unread(rows: Notification[]): Promise<void> {
  return run(rows, { read_at: null, archived_at: null }, () => Promise.all(rows.map((row) => api.markUnread(row.id))), "Mark as unread");
}

export function useInbox() {
  return useMemo(
    () => ({
      read: (row: Notification) => {
        if (!row.read_at) void run([row], { read_at: now() }, () => api.markRead(row.id), "Mark as read");
      },
      toggle: (row: Notification) => {
        if (row.read_at) void unread([row]);
        else void run([row], { read_at: now() }, () => api.markRead(row.id), "Mark as read");
      },
      archive: (row: Notification) => {
        const back = () => (row.read_at ? run([row], { archived_at: null }, () => api.unarchive(row.id), "Undo") : unread([row]));
        void run([row], { archived_at: now(), read_at: row.read_at ?? now() }, () => api.archive(row.id), "Archive");
        toast("Archived", () => void back());
      },
      unarchive: (row: Notification) => {
        void run([row], { archived_at: null }, () => api.unarchive(row.id), "Take out of the archive");
      },
      /** Those made up to the newest on screen: what arrives meanwhile stays unread. */
      readAll: (rows: Notification[], newest: Notification | undefined) => {
        void run(rows, { read_at: now() }, () => api.markAllRead(newest?.created_at), "Mark all read");
        if (rows.length > 0) toast("All marked as read", () => void unread(rows));
      },
    }),
    [],
  );
}
