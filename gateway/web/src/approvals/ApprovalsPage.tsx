// Approvals of discounts: what waits for me, what waits for others, and what became of the rest.
import { Badge, Button, Group, Modal, SegmentedControl, Skeleton, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useSearchParams } from "react-router";

import { approvals as api, list } from "../api/client";
import type { Approval } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { useSession } from "../app/session";
import { Empty } from "../ui/Empty";
import { ago, decimal, instant, money, words } from "../ui/format";
import { CheckIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { PersonSelect } from "../ui/PersonSelect";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import classes from "./Approvals.module.css";

const VIEWS = [
  { value: "mine", label: "For me" },
  { value: "open", label: "Open" },
  { value: "all", label: "All" },
];
const TONES: Record<string, string> = { pending: "yellow", approved: "green", rejected: "red" };

export default function ApprovalsPage() {
  const { user } = useSession();
  const [params, setParams] = useSearchParams();
  const view = params.get("view") ?? "mine";
  const filter = view === "mine" ? `owner_id = "${user.id}"` : view === "open" ? 'status = "pending"' : undefined;
  const query = { filter, sort: "-created_at", limit: 100 };
  const found = useQuery({ queryKey: keys.list("approvals", query), queryFn: () => list("approvals", query) });
  const rows = found.data?.data ?? [];
  return (
    <Page
      title="Approvals"
      width={980}
      toolbar={
        <SegmentedControl size="xs" aria-label="Which approvals" data={VIEWS} value={view} onChange={(value) => setParams(value === "mine" ? {} : { view: value }, { replace: true })} />
      }
    >
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {!found.error && found.isPending && <Skeleton h={160} radius="lg" />}
      {found.isSuccess && rows.length === 0 && (
        <Empty icon={CheckIcon} title={view === "mine" ? "Nothing waits for you" : "No approvals"}>
          A discount above the limit of the approval rule asks the manager first, then whoever the amount asks for.
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className={classes.list} data-testid="approvals">
          {rows.map((approval) => (
            <ApprovalCard key={approval.id} approval={approval} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function refresh(approval: Approval): void {
  void queryClient.invalidateQueries({ queryKey: keys.lists("approvals") });
  void queryClient.invalidateQueries({ queryKey: keys.record(approval.deal_id) });
}

type Asking = "reject" | "delegate" | null;

function ApprovalCard({ approval }: { approval: Approval }) {
  const { user } = useSession();
  const people = usePeople();
  const [asking, setAsking] = useState<Asking>(null);
  const done = useMutation({
    mutationFn: ({ verb, body }: { verb: "approve" | "reject" | "delegate" | "recall"; body: Record<string, unknown> }) =>
      api.decide(approval.id, approval.version, verb, body),
    onSuccess: (_, { verb }) => toast(SAID[verb]),
    onError: (error) => notifyProblem(error, "Not done"),
    onSettled: () => {
      setAsking(null);
      refresh(approval);
    },
  });
  const isMine = approval.owner_id === user.id;
  const isMade = approval.requested_by === user.id && approval.status === "pending";
  return (
    <li className={classes.card} data-testid={`approval-${approval.id}`}>
      <div className={classes.head}>
        <h2>
          <Link className="link" to={`/deals/${approval.deal_id}`}>
            {approval.name}
          </Link>
        </h2>
        <span className="num">
          {decimal(approval.discount, 4)} % off, {money(approval.amount)} left
        </span>
        <Badge color={TONES[approval.status] ?? "gray"}>{words(approval.status)}</Badge>
      </div>
      <p className={classes.faint}>
        Asked by {people.name(approval.requested_by) ?? "somebody"} <time dateTime={approval.created_at} title={instant(approval.created_at)}>{ago(approval.created_at)}</time>
      </p>
      <ol className={classes.steps}>
        {approval.steps.map((step) => (
          <li key={step.role} data-status={step.status}>
            <strong>{people.name(step.approver_id) ?? "Somebody"}</strong> as {step.role}: {words(step.status).toLowerCase()}
            {step.comment && <q className={classes.comment}>{step.comment}</q>}
          </li>
        ))}
      </ol>
      {(isMine || isMade) && (
        <Group gap={8} mt={10}>
          {isMine && (
            <>
              <Button size="xs" loading={done.isPending} onClick={() => done.mutate({ verb: "approve", body: {} })} data-testid="approve">
                Approve
              </Button>
              <Button size="xs" variant="default" onClick={() => setAsking("reject")} data-testid="reject">
                Reject
              </Button>
              <Button size="xs" variant="default" onClick={() => setAsking("delegate")}>
                Delegate
              </Button>
            </>
          )}
          {isMade && (
            <Button size="xs" variant="default" onClick={() => done.mutate({ verb: "recall", body: {} })} data-testid="recall">
              Recall
            </Button>
          )}
        </Group>
      )}
      <Asked asking={asking} onClose={() => setAsking(null)} busy={done.isPending} onDone={(verb, body) => done.mutate({ verb, body })} />
    </li>
  );
}

const SAID = {
  approve: "Approved",
  reject: "Rejected; the deal is free to be changed",
  delegate: "Handed on",
  recall: "Recalled; the deal is free to be changed",
};

interface AskedProps {
  asking: Asking;
  busy: boolean;
  onClose: () => void;
  onDone: (verb: "reject" | "delegate", body: Record<string, unknown>) => void;
}

/** A rejection says why, a delegation to whom. */
function Asked({ asking, busy, onClose, onDone }: AskedProps) {
  const [comment, setComment] = useState("");
  const [to, setTo] = useState<string | null>(null);
  const rejecting = asking === "reject";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (rejecting) onDone("reject", { comment: comment.trim() });
    else onDone("delegate", { to_user_id: to, ...(comment.trim() ? { comment: comment.trim() } : {}) });
  };
  return (
    <Modal opened={asking !== null} onClose={onClose} title={rejecting ? "Reject the discount" : "Let somebody else decide"} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        {!rejecting && <PersonSelect label="Who decides" value={to} onChange={setTo} required mb="sm" />}
        <Textarea label={rejecting ? "Why" : "A word to them"} value={comment} onChange={(event) => setComment(event.currentTarget.value)} maxLength={2000} required={rejecting} autosize minRows={3} data-testid="approval-comment" />
        <Group justify="flex-end" mt="md">
          <Button type="submit" loading={busy} disabled={rejecting ? !comment.trim() : !to} data-testid="approval-done">
            {rejecting ? "Reject" : "Hand on"}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
