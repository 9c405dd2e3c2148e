// Partners: other organisations whose programs come in over gRPC. Add one, make them a key (shown once), shut it again.
import { Badge, Button, Checkbox, CopyButton, Group, Modal, Popover, Skeleton, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";

import { partners as api } from "../api/client";
import type { NewPartnerKey, Partner, PartnerKey } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { Empty } from "../ui/Empty";
import { ago } from "../ui/format";
import { CheckIcon, CopyIcon, KeyIcon, LinkIcon, PlusIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { notifyProblem, ProblemNotice } from "../ui/Problem";
import { toast } from "../ui/toast";
import classes from "./Partners.module.css";

const KINDS = ["accounts", "contacts", "leads", "deals"];
const SCOPES = [
  ...KINDS.map((kind) => ({ label: words(kind), scopes: ["read", "write", "delete"].map((action) => `${kind}:${action}`) })),
  { label: "Lead submission", scopes: ["leads:submit"] },
  { label: "Change feed", scopes: ["events:read"] },
];

function words(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: keys.partners });
}

export default function PartnersPage() {
  const [adding, { open, close }] = useDisclosure(false);
  const partners = useQuery({ queryKey: [...keys.partners, "all"], queryFn: api.list });
  const partnerKeys = useQuery({ queryKey: [...keys.partners, "keys"], queryFn: api.keys });
  const error = partners.error ?? partnerKeys.error;
  const rows = partners.data?.data ?? [];
  const add = (
    <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={open} data-testid="add-partner">
      Add partner
    </Button>
  );
  return (
    <Page title="Partners" width={980} actions={partners.isSuccess && add}>
      {error && <ProblemNotice error={error} onRetry={refresh} />}
      {!error && (partners.isPending || partnerKeys.isPending) && <Skeleton h={160} radius="lg" />}
      {partners.isSuccess && rows.length === 0 && (
        <Empty icon={LinkIcon} title="No partners yet" action={add}>
          A partner&rsquo;s programs read, write and follow over gRPC what they made and what you share with them, and nothing else.
        </Empty>
      )}
      {partners.isSuccess && partnerKeys.isSuccess && (
        <ul className={classes.list} data-testid="partners">
          {rows.map((partner) => (
            <PartnerCard key={partner.id} partner={partner} held={partnerKeys.data.data.filter((key) => key.partner_id === partner.id)} />
          ))}
        </ul>
      )}
      <AddPartner opened={adding} onClose={close} />
    </Page>
  );
}

function AddPartner({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [name, setName] = useState("");
  const adding = useMutation({
    mutationFn: () => api.add(name.trim()),
    onSuccess: (made) => {
      toast(`${made.name} was added`);
      setName("");
      onClose();
    },
    onError: (error) => notifyProblem(error, "Not added"),
    onSettled: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.mutate();
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Add a partner" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit}>
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} required data-autofocus data-testid="partner-name" />
        <Group justify="flex-end" mt="md">
          <Button type="submit" loading={adding.isPending} disabled={!name.trim()} data-testid="save-partner">
            Add
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function PartnerCard({ partner, held }: { partner: Partner; held: PartnerKey[] }) {
  const [making, { open, close }] = useDisclosure(false);
  const turning = useMutation({
    mutationFn: (on: boolean) => api.change(partner.id, partner.version, { is_active: on }),
    onSuccess: (after) => toast(`${after.name} is ${after.is_active ? "let in" : "shut out"}`),
    onError: (error) => notifyProblem(error, "Not changed"),
    onSettled: refresh,
  });
  const on = turning.isPending ? turning.variables : partner.is_active;
  return (
    <li className={classes.card} data-testid={`partner-${partner.id}`}>
      <div className={classes.head}>
        <h2>{partner.name}</h2>
        <code className={classes.faint}>{partner.id}</code>
        <span className={classes.grow} />
        <Switch checked={on} disabled={turning.isPending} onChange={(event) => turning.mutate(event.currentTarget.checked)} aria-label={`${partner.name}: let in`} />
        <Button size="xs" variant="default" leftSection={<KeyIcon size={14} />} onClick={open} data-testid={`make-key-${partner.id}`}>
          Make a key
        </Button>
      </div>
      {held.length === 0 && <p className={classes.faint}>No key yet; with a key their programs get in.</p>}
      {held.length > 0 && (
        <ul className={classes.keys}>
          {held.map((key) => (
            <KeyLine key={key.id} held={key} />
          ))}
        </ul>
      )}
      <MakeKey partner={partner} opened={making} onClose={close} />
    </li>
  );
}

function KeyLine({ held }: { held: PartnerKey }) {
  const [asking, { open, close }] = useDisclosure(false);
  const revoking = useMutation({
    mutationFn: () => api.revoke(held.id),
    onSuccess: () => toast(`The key ${held.name} is revoked`),
    onError: (error) => notifyProblem(error, "Not revoked"),
    onSettled: refresh,
  });
  return (
    <li className={classes.key} data-testid={`key-${held.id}`}>
      <KeyIcon size={15} />
      <div className={classes.grow}>
        <strong>{held.name}</strong>
        <span className={classes.faint}> · {held.last_used_at ? `used ${ago(held.last_used_at)}` : "never used"}</span>
        {held.expires_at && <span className={classes.faint}> · until {held.expires_at.slice(0, 10)}</span>}
        <div className={classes.scopes}>
          {held.scopes.map((scope) => (
            <Badge key={scope} color="gray" className={classes.scope}>
              {scope}
            </Badge>
          ))}
        </div>
      </div>
      <Popover opened={asking} onDismiss={close} onClose={close} width={280} position="bottom-end" trapFocus withRoles>
        <Popover.Target>
          <Button size="compact-sm" variant="subtle" color="red" onClick={open} data-testid={`revoke-${held.id}`}>
            Revoke
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Revoke this key">
          <Text size="sm">Programs that use it are out within five seconds. This cannot be undone.</Text>
          <Group justify="flex-end" gap="xs" mt="sm">
            <Button size="xs" variant="default" onClick={close}>
              Keep it
            </Button>
            <Button size="xs" color="red" loading={revoking.isPending} onClick={() => revoking.mutate()} data-testid="confirm-revoke">
              Revoke
            </Button>
          </Group>
        </Popover.Dropdown>
      </Popover>
    </li>
  );
}

function MakeKey({ partner, opened, onClose }: { partner: Partner; opened: boolean; onClose: () => void }) {
  const [name, setName] = useState("key");
  const [scopes, setScopes] = useState<string[]>([]);
  const [made, setMade] = useState<NewPartnerKey | null>(null);
  const making = useMutation({
    mutationFn: () => api.makeKey(partner.id, name.trim() || "key", scopes),
    onSuccess: setMade,
    onError: (error) => notifyProblem(error, "No key was made"),
    onSettled: refresh,
  });
  const leave = () => {
    setMade(null);
    setScopes([]);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={leave} title={made ? "The key, shown only now" : `A key for ${partner.name}`} closeOnClickOutside={!made} closeButtonProps={{ "aria-label": "Close" }}>
      {made ? (
        <Stack gap="sm">
          <Text size="sm">Hand it over by a safe way. Only its hash is kept, so nobody can show it again.</Text>
          <code className={classes.secret} data-testid="new-key">
            {made.key}
          </code>
          <Group justify="flex-end">
            <CopyButton value={made.key}>
              {({ copied, copy }) => (
                <Button variant="default" leftSection={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />} onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
            <Button onClick={leave} data-testid="key-done">
              Done
            </Button>
          </Group>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            making.mutate();
          }}
        >
          <Stack gap="sm">
            <TextInput label="Name" description="What the key is for" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} />
            <Checkbox.Group label="Scopes" description="What the key may do" value={scopes} onChange={setScopes}>
              <Stack gap={6} mt={8}>
                {SCOPES.map(({ label, scopes: each }) => (
                  <div className={classes.choice} key={label}>
                    <span className={classes.kind}>{label}</span>
                    {each.map((scope) => (
                      <Checkbox key={scope} value={scope} label={scope.split(":")[1]} aria-label={`${label}: ${scope.split(":")[1]}`} data-testid={`scope-${scope}`} />
                    ))}
                  </div>
                ))}
              </Stack>
            </Checkbox.Group>
            <Group justify="flex-end">
              <Button type="submit" loading={making.isPending} disabled={scopes.length === 0} data-testid="save-key">
                Make the key
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
