// What a deal sells: its lines, from which the amount follows, and the approval that a discount waits for.
import { ActionIcon, Alert, Anchor, Button, Group, Modal, NumberInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "react-router";

import { deals } from "../api/client";
import type { Deal, Line } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useCanWrite, useSession } from "../app/session";
import { count, decimal, money } from "../ui/format";
import { PlusIcon, TrashIcon, WarningIcon } from "../ui/icons";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import { Block } from "./Associations";
import classes from "./Lines.module.css";

function refresh(deal: Deal): void {
  void queryClient.invalidateQueries({ queryKey: keys.record(deal.id) });
  void queryClient.invalidateQueries({ queryKey: keys.boards });
  void queryClient.invalidateQueries({ queryKey: keys.lists("approvals") });
}

export function Lines({ deal }: { deal: Deal }) {
  const canWrite = useCanWrite();
  const [editing, setEditing] = useState(false);
  const found = useQuery({ queryKey: keys.lines(deal.id), queryFn: () => deals.lines(deal.id) });
  const rows = found.data?.data ?? [];
  const canEdit = canWrite && deal.status === "open" && deal.approval_status !== "pending" && found.isSuccess;
  return (
    <Block title="Lines" count={rows.length} onAdd={canEdit ? () => setEditing(true) : undefined} addLabel="Change the lines">
      {found.error && <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && rows.length === 0 && <p className={classes.none}>Nothing listed; the amount is what you set.</p>}
      {rows.length > 0 && (
        <ul className={classes.lines} data-testid="lines">
          {rows.map((line) => (
            <li key={line.id}>
              <span className="clip">
                {count(line.quantity)} × {line.name}
                {line.discount > 0 && <small> · {decimal(line.discount, 4)} % off</small>}
              </span>
              <span className="num">{money(line.amount)}</span>
            </li>
          ))}
        </ul>
      )}
      {editing && <LinesDialog deal={deal} lines={rows} onClose={() => setEditing(false)} />}
    </Block>
  );
}

/** Says at the top of a deal that its discount waits, or was not approved. */
export function ApprovalNotice({ deal }: { deal: Deal }) {
  const canWrite = useCanWrite();
  const again = useMutation({
    mutationFn: () => deals.requestApproval(deal.id, deal.version),
    onSuccess: () => toast("Approval is asked for"),
    onError: (error) => notifyProblem(error, "Not asked for"),
    onSettled: () => refresh(deal),
  });
  if (!deal.approval_status || deal.approval_status === "approved") return null;
  const waits = deal.approval_status === "pending";
  return (
    <Alert color={waits ? "yellow" : "red"} icon={<WarningIcon />} mb="md" data-testid="approval-notice">
      {waits ? "The discount waits for approval; the deal is locked until then. " : `The discount was ${deal.approval_status}; the deal cannot be won with it. `}
      <Anchor component={Link} to="/approvals?view=all" underline="always" inherit>
        Approvals
      </Anchor>
      {!waits && canWrite && (
        <Button size="compact-xs" variant="default" ml={10} loading={again.isPending} onClick={() => again.mutate()}>
          Ask again
        </Button>
      )}
    </Alert>
  );
}

interface Draft {
  key: number;
  product_id: string | null;
  name: string;
  quantity: number | string;
  price: number | string;
  discount: number | string;
  billing: string;
  periods: number;
}

let drafts = 0;

function draftOf(line?: Line): Draft {
  drafts += 1;
  return {
    key: drafts,
    product_id: line?.product_id ?? null,
    name: line?.name ?? "",
    quantity: line?.quantity ?? 1,
    price: line ? line.unit_price.amount : "",
    discount: line?.discount ?? 0,
    billing: line?.billing ?? "one_off",
    periods: line?.periods ?? 1,
  };
}

function LinesDialog({ deal, lines, onClose }: { deal: Deal; lines: Line[]; onClose: () => void }) {
  const { workspace } = useSession();
  const currency = lines[0]?.unit_price.currency ?? deal.amount?.currency ?? workspace.currency;
  const [rows, setRows] = useState<Draft[]>(lines.length > 0 ? lines.map(draftOf) : [draftOf()]);
  const saving = useMutation({
    mutationFn: () =>
      deals.setLines(
        deal.id,
        deal.version,
        rows.map(({ key: _, price, ...row }) => ({
          ...row,
          quantity: Number(row.quantity),
          discount: Number(row.discount),
          unit_price: { amount: String(price), currency },
        })),
      ),
    onSuccess: (after) => {
      toast(after.approval_status === "pending" ? "Saved; the discount waits for approval" : "Saved");
      onClose();
    },
    onError: (error) => notifyProblem(error, "Not saved"),
    onSettled: () => refresh(deal),
  });
  const put = (key: number, changes: Partial<Draft>) => setRows((before) => before.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`What ${deal.name} sells`} size={720} closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        <Stack gap={8}>
          {rows.map((row, index) => (
            <div key={row.key} className={classes.row}>
              <TextInput aria-label={`Line ${index + 1}: name`} placeholder="What is sold" value={row.name} onChange={(event) => put(row.key, { name: event.currentTarget.value })} maxLength={200} required data-testid={`line-name-${index}`} />
              <NumberInput aria-label={`Line ${index + 1}: quantity`} value={row.quantity} onChange={(quantity) => put(row.key, { quantity })} min={1} max={1_000_000} allowDecimal={false} hideControls required />
              <NumberInput aria-label={`Line ${index + 1}: price in ${currency}`} placeholder={`Price, ${currency}`} value={row.price} onChange={(price) => put(row.key, { price })} min={0} decimalScale={4} hideControls required data-testid={`line-price-${index}`} />
              <NumberInput aria-label={`Line ${index + 1}: discount in percent`} value={row.discount} onChange={(discount) => put(row.key, { discount })} min={0} max={100} decimalScale={4} suffix=" %" hideControls data-testid={`line-discount-${index}`} />
              <ActionIcon aria-label={`Remove line ${index + 1}`} onClick={() => setRows((before) => before.filter((each) => each.key !== row.key))}>
                <TrashIcon size={15} />
              </ActionIcon>
            </div>
          ))}
        </Stack>
        <Group justify="space-between" mt="md">
          <Button size="xs" variant="default" leftSection={<PlusIcon size={14} />} onClick={() => setRows((before) => [...before, draftOf()])}>
            Another line
          </Button>
          <Button type="submit" loading={saving.isPending} data-testid="save-lines">
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
