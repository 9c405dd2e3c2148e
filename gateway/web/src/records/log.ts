// Logging an activity: shown on the timeline at once, taken off again if the server refuses, undone from the toast.
import type { InfiniteData } from "@tanstack/react-query";

import { create, remove } from "../api/client";
import { newKey } from "../api/request";
import type { Activity, ActivityKind, Page, TimelineItem } from "../api/types";
import { openDialog, type Named } from "../app/dialogs";
import { expectFollowUp } from "../app/followUps";
import { keys, queryClient } from "../app/queryClient";
import { notifyProblem } from "../ui/Problem";
import { toast } from "../ui/toast";

const DONE: Record<ActivityKind, string> = {
  note: "Note added", call: "Call logged", email: "Email logged", meeting: "Meeting logged", task: "Task added",
};

export type Logged = { kind: ActivityKind; subject: string } & Record<string, unknown>;

function readAgain(): void {
  void queryClient.invalidateQueries({ queryKey: keys.records });
  void queryClient.invalidateQueries({ queryKey: keys.lists("activities") });
  void queryClient.invalidateQueries({ queryKey: keys.boards });
}

type Feed = InfiniteData<Page<TimelineItem>>;

function show(about: Named[], activity: Activity): void {
  const item: TimelineItem = { at: activity.occurred_at ?? activity.created_at, kind: "activity", activity };
  for (const { id } of about) {
    for (const kinds of ["", activity.kind]) {
      queryClient.setQueryData<Feed>(keys.timelineOf(id, kinds), (feed) => {
        const [first, ...rest] = feed?.pages ?? [];
        return feed && first ? { ...feed, pages: [{ ...first, data: [item, ...first.data] }, ...rest] } : feed;
      });
    }
  }
}

function take(about: Named[], id: string): void {
  for (const each of about) {
    queryClient.setQueriesData<Feed>(
      { queryKey: keys.timeline(each.id) },
      (feed) => feed && { ...feed, pages: feed.pages.map((page) => ({ ...page, data: page.data.filter((item) => item.activity?.id !== id) })) },
    );
  }
}

/** Log about these records. Nothing is lost when it fails: the form opens again with what was typed. */
export function log(values: Logged, about: Named[], owner: string): void {
  const now = new Date().toISOString();
  const shownAs = `pending-${newKey()}`;
  const blank = {
    body: null, direction: null, outcome: null, purpose: null, duration_seconds: null, occurred_at: null, due_at: null, status: null, priority: null,
    completed_at: null, workflow_run_id: null, custom: {},
  };
  const shown = {
    ...blank, ...values, id: shownAs, version: 0, created_at: now, updated_at: now, owner_id: values.owner_id ?? owner, origin: "ui",
    record_ids: about.map(({ id }) => id),
  } as unknown as Activity;
  show(about, shown);
  if (values.kind === "call" && values.outcome === "no_answer") expectFollowUp(about.map(({ id }) => id));

  let undone = false;
  const sent = create("activities", { ...values, record_ids: about.map(({ id }) => id) });
  toast(about.length === 1 ? `${DONE[values.kind]} · ${about[0]?.name}` : DONE[values.kind], () => {
    undone = true;
    take(about, shownAs);
    sent
      .then(async (made) => {
        take(about, made.id);
        await remove("activities", made.id, made.version);
        toast(`${DONE[values.kind]}: taken back`);
      })
      .catch((error: unknown) => notifyProblem(error, "Not taken back"))
      .finally(readAgain);
  });
  sent
    .then(() => !undone && readAgain())
    .catch((error: unknown) => {
      take(about, shownAs);
      if (undone) return;
      notifyProblem(error, "Not logged");
      openDialog({ name: "log", kind: values.kind, about: about[0] ?? null, values });
    });
}
