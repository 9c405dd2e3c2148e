// Events that a service gave up on: by cause, with what to do about them. Nothing is lost here, and nothing done twice.
import { Button, Group, Modal, SegmentedControl, Skeleton, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useSearchParams } from "react-router";

import { deadLetters as api } from "../api/client";
import type { DeadLetter, DeadLetterCause } from "../api/types";
import { usePeople } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { Reference } from "../records/FieldValue";
import { addressOf } from "../records/names";
import { CurlButton } from "../ui/Curl";
import { Empty } from "../ui/Empty";
import { ago, count, eventName, instant } from "../ui/format";
import { CheckIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import classes from "./Letters.module.css";

const VIEWS = [
  { value: "parked", label: "Parked" },
  { value: "redriven", label: "Tried again" },
  { value: "discarded", label: "Discarded" },
];

export default function LettersPage() {
  const [params, setParams] = useSearchParams();
  const status = params.get("status") ?? "parked";
  const found = useQuery({ queryKey: [...keys.letters, status], queryFn: () => api.list({ status, limit: 100 }), refetchInterval: 10_000 });
  const letters = found.data?.data ?? [];
  const causes = status === "parked" ? (found.data?.causes ?? []) : [];
  return (
    <Page
      title="Dead letters"
      width={980}
      actions={<CurlButton path="/v1/admin/dead-letters" />}
      toolbar={<SegmentedControl size="xs" aria-label="Which letters" data={VIEWS} value={status} onChange={(value) => setParams(value === "parked" ? {} : { status: value }, { replace: true })} />}
    >
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton h={160} radius="lg" />}
      {found.data?.warnings.map((warning) => (
        <p key={warning.service} className={classes.faint}>{`The service ${warning.service} does not answer; what it gave up on is missing here.`}</p>
      ))}
      {Object.entries(found.data?.nameless ?? {}).map(([service, number]) => (
        <p key={service} className={classes.faint}>{`${count(number)} ${number === 1 ? "text that is no event was" : "texts that are no events were"} parked by ${service}: whose they are nobody knows. Who runs this installation finds them in the table dead_letter of its database.`}</p>
      ))}
      {found.isSuccess && letters.length === 0 && (
        <Empty icon={CheckIcon} title={status === "parked" ? "Nothing was given up on" : "None"}>
          {status === "parked" ? "Every event was handled, or is tried again by itself. What a service cannot handle comes here, with the reason." : "What is tried again or discarded stays here, with who did it."}
        </Empty>
      )}
      {causes.length > 0 && (
        <ul className={classes.list} data-testid="causes">
          {causes.map((cause) => (
            <Cause key={`${cause.service} ${cause.cause}`} cause={cause} />
          ))}
        </ul>
      )}
      {letters.length > 0 && (
        <>
          <h2 className={classes.heading}>The newest</h2>
          <ul className={classes.list} data-testid="letters">
            {letters.map((letter) => (
              <Letter key={letter.id} letter={letter} />
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

const refresh = () => void queryClient.invalidateQueries({ queryKey: keys.letters });

/** Once more and once more, until none of the cause is left. */
async function all(step: () => Promise<{ settled: number; left: number }>): Promise<number> {
  let settled = 0;
  for (;;) {
    const done = await step();
    settled += done.settled;
    if (done.left === 0 || done.settled === 0) return settled;
  }
}

function Cause({ cause }: { cause: DeadLetterCause }) {
  const of = { service: cause.service, cause: cause.cause };
  const redriving = useMutation({
    mutationFn: () => all(() => api.redrive(of)),
    onSuccess: (settled) => toast(`${count(settled)} ${settled === 1 ? "is" : "are"} tried again`),
    onError: (error) => notifyProblem(error, "Not all were tried again"),
    onSettled: refresh,
  });
  return (
    <li className={classes.card} data-testid="cause">
      <div className={classes.head}>
        <strong>{cause.reason}</strong>
        <span className="num">{count(cause.count)}</span>
      </div>
      <div className={classes.faint}>
        {cause.service} · {cause.cause !== cause.reason && <><code>{cause.cause}</code> · </>}from {instant(cause.first_at)} to {instant(cause.last_at)}
      </div>
      <Group gap={8} mt={8}>
        <Button size="compact-sm" loading={redriving.isPending} onClick={() => redriving.mutate()} data-testid="redrive-cause">
          Try all again
        </Button>
        <Discard what={`${count(cause.count)} of this cause`} discard={(reason) => all(() => api.discard(of, reason))} />
      </Group>
    </li>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  const people = usePeople();
  const [open, setOpen] = useState(false);
  const redriving = useMutation({
    mutationFn: () => api.redriveOne(letter.id),
    onSuccess: () => toast("It is tried again"),
    onError: (error) => notifyProblem(error, "It was not tried again"),
    onSettled: refresh,
  });
  const by = letter.settled_by && (people.name(letter.settled_by) ?? letter.settled_by);
  return (
    <li className={classes.card} data-testid="letter">
      <div className={classes.head}>
        <span>
          <strong>{letter.type ? eventName(letter.type) : "No event"}</strong> {letter.subject_id && (addressOf(letter.subject_id) ? <Reference id={letter.subject_id} /> : <code>{letter.subject_id}</code>)}
        </span>
        <span className={classes.faint}>{ago(letter.at)}</span>
      </div>
      <div>{letter.reason}</div>
      <div className={classes.faint}>
        {letter.service} gave up after {letter.attempts === 1 ? "1 attempt" : `${letter.attempts} attempts`}
        {letter.settled_at && ` · ${letter.status === "discarded" ? "discarded" : "tried again"} by ${by}, ${instant(letter.settled_at)}`}
        {letter.note && `: ${letter.note}`}
      </div>
      <Group gap={8} mt={8}>
        {letter.status === "parked" && letter.event_id && (
          <Button size="compact-xs" variant="default" loading={redriving.isPending} onClick={() => redriving.mutate()} data-testid="redrive">
            Try again
          </Button>
        )}
        {letter.status === "parked" && <Discard what="this one" discard={(reason) => api.discardOne(letter.id, reason)} />}
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setOpen(!open)} aria-expanded={open}>
          {open ? "Less" : "Body and trace"}
        </Button>
        {letter.request_id && (
          <Button size="compact-xs" variant="subtle" color="gray" component={Link} to={`/ledger/${encodeURIComponent(letter.request_id)}`}>
            What its request caused
          </Button>
        )}
      </Group>
      {open && <Body id={letter.id} />}
    </li>
  );
}

function Body({ id }: { id: string }) {
  const found = useQuery({ queryKey: [...keys.letters, "one", id], queryFn: () => api.get(id) });
  if (found.error) return <ProblemNotice error={found.error} />;
  if (!found.data) return <Skeleton h={60} mt={8} />;
  return (
    <>
      <pre className={classes.body} tabIndex={0} aria-label="Body">
        {pretty(found.data.body)}
      </pre>
      {found.data.trace && (
        <pre className={classes.body} tabIndex={0} aria-label="Trace">
          {found.data.trace}
        </pre>
      )}
    </>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Discard({ what, discard }: { what: string; discard: (reason: string) => Promise<unknown> }) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const discarding = useMutation({
    mutationFn: () => discard(reason),
    onSuccess: () => {
      setAsking(false);
      toast("Discarded; the reason is kept");
    },
    onError: (error) => notifyProblem(error, "Not discarded"),
    onSettled: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) discarding.mutate();
  };
  return (
    <>
      <Button size="compact-xs" variant="subtle" color="red" onClick={() => setAsking(true)} data-testid="discard">
        Discard
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={`Discard ${what}`} closeButtonProps={{ "aria-label": "Close" }}>
        <form onSubmit={submit}>
          <Textarea label="Why nothing more is to be done about it" required maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus data-testid="discard-reason" />
          <Group justify="flex-end" mt="md">
            <Button type="submit" color="red" loading={discarding.isPending} disabled={!reason.trim()} data-testid="discard-now">
              Discard
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
