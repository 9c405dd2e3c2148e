// What a record belongs with: its account, people, deals and open tasks, each with the way to add one.
import { ActionIcon, Tooltip } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";

import type { RecordResource } from "../api/client";
import type { Account, Activity, Contact, Deal, Overview } from "../api/types";
import { usePeople, useStages } from "../app/directory";
import { openDialog } from "../app/dialogs";
import { useCanWrite } from "../app/session";
import { money, shortInstant, words } from "../ui/format";
import { PlusIcon } from "../ui/icons";
import { Initials } from "../ui/Person";
import classes from "./Associations.module.css";
import { CreateDialog } from "./CreateDialog";
import { TaskCheckbox } from "./TaskCheckbox";

type AnyRecord = { id: string; name?: string; account_id?: string | null; contact_id?: string | null };

interface AssociationsProps {
  resource: RecordResource;
  overview: Overview<AnyRecord>;
}

export function Associations({ resource, overview }: AssociationsProps) {
  const { record, account, contacts = [], deals = [], activities = [], counts, warnings = [] } = overview;
  const missing = (service: string) => warnings.some((each) => each.service === service);
  const unknown = (service: string) => <Nothing>Not known: {service} cannot be reached.</Nothing>;
  const canWrite = useCanWrite();
  const [making, setMaking] = useState<"contacts" | "deals" | null>(null);
  const accountId = resource === "accounts" ? record.id : (record.account_id ?? account?.id ?? null);
  const preset = {
    ...(accountId ? { account_id: accountId } : {}),
    ...(making === "deals" && resource === "contacts" ? { contact_id: record.id } : {}),
    ...(making === "deals" && resource === "leads" ? { lead_id: record.id } : {}),
  };
  const tasks = activities.filter((each) => each.kind === "task" && each.status !== "completed");
  return (
    <div className={classes.cards}>
      {resource !== "accounts" && resource !== "leads" && (
        <Block title="Account">
          {account ? <AccountLine account={account} /> : missing("contacts") ? unknown("contacts") : <Nothing>No account yet. Set one in the properties.</Nothing>}
        </Block>
      )}
      <Block
        title="Open tasks"
        count={counts?.activities ?? tasks.length}
        onAdd={canWrite ? () => openDialog({ name: "log", kind: "task", about: { id: record.id, name: record.name ?? "" } }) : undefined}
        addLabel="Add a task"
      >
        {missing("activities") ? unknown("activities") : tasks.length === 0 ? <Nothing>Nothing planned.</Nothing> : tasks.map((task) => <TaskLine key={task.id} task={task} />)}
      </Block>
      {resource !== "leads" && (
        <Block
          title={resource === "contacts" ? "Colleagues" : "Contacts"}
          count={counts?.contacts ?? contacts.length}
          onAdd={canWrite && accountId ? () => setMaking("contacts") : undefined}
          addLabel="Add a contact"
        >
          {missing("contacts") && contacts.length === 0 ? unknown("contacts") : contacts.length === 0 ? <Nothing>No contacts here.</Nothing> : contacts.map((contact) => <ContactLine key={contact.id} contact={contact} />)}
          {accountId && <More shown={contacts.length} of={counts?.contacts} to={`/contacts?filter=${encodeURIComponent(`account_id = "${accountId}"`)}`} />}
        </Block>
      )}
      <Block
        title={resource === "deals" ? "Other deals" : "Deals"}
        count={counts?.deals ?? deals.length}
        onAdd={canWrite ? () => setMaking("deals") : undefined}
        addLabel="Add a deal"
      >
        {missing("deals") && deals.length === 0 ? unknown("deals") : deals.length === 0 ? <Nothing>No {resource === "deals" ? "other " : ""}deals.</Nothing> : deals.map((deal) => <DealLine key={deal.id} deal={deal} />)}
        {accountId && <More shown={deals.length} of={counts?.deals} to={`/deals?filter=${encodeURIComponent(`account_id = "${accountId}"`)}`} />}
      </Block>
      {making && <CreateDialog resource={making} opened onClose={() => setMaking(null)} preset={preset} stay />}
    </div>
  );
}

interface BlockProps {
  title: string;
  count?: number;
  onAdd?: () => void;
  addLabel?: string;
  children: ReactNode;
}

export function Block({ title, count, onAdd, addLabel, children }: BlockProps) {
  return (
    <section className={classes.block} aria-label={title}>
      <header className={classes.head}>
        <h2>{title}</h2>
        {count !== undefined && count > 0 && <span className="num">{count}</span>}
        {onAdd && (
          <Tooltip label={addLabel}>
            <ActionIcon size="sm" aria-label={addLabel} onClick={onAdd} className={classes.add}>
              <PlusIcon size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </header>
      {children}
    </section>
  );
}

/** The way to those that found no room. */
function More({ shown, of, to }: { shown: number; of: number | null | undefined; to: string }) {
  if (!of || of <= shown) return null;
  return (
    <Link to={to} className={`link ${classes.nothing}`}>
      All {of}
    </Link>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className={classes.nothing}>{children}</p>;
}

function AccountLine({ account }: { account: Account }) {
  const facts = [account.industry, account.country].filter(Boolean).join(" · ");
  return (
    <Link to={`/accounts/${account.id}`} className={classes.line}>
      <span className={classes.text}>
        <span className="clip">{account.name}</span>
        {facts && <small className="clip">{words(facts)}</small>}
      </span>
    </Link>
  );
}

function ContactLine({ contact }: { contact: Contact }) {
  return (
    <Link to={`/contacts/${contact.id}`} className={classes.line}>
      <span aria-hidden="true">
        <Initials name={contact.name} size={24} />
      </span>
      <span className={classes.text}>
        <span className="clip">{contact.name}</span>
        <small className="clip">{contact.title ?? contact.email ?? ""}</small>
      </span>
    </Link>
  );
}

function DealLine({ deal }: { deal: Deal }) {
  const stages = useStages();
  return (
    <Link to={`/deals/${deal.id}`} className={classes.line} data-status={deal.status}>
      <span className={classes.text}>
        <span className="clip">{deal.name}</span>
        <small className="clip">{stages.get(deal.stage_id)?.name ?? words(deal.status)}</small>
      </span>
      <span className={`${classes.amount} num`}>{deal.amount ? money(deal.amount, true) : "no amount"}</span>
    </Link>
  );
}

function TaskLine({ task }: { task: Activity }) {
  const people = usePeople();
  const overdue = task.due_at !== null && new Date(task.due_at) < new Date();
  return (
    <div className={classes.task} data-testid={`task-${task.id}`}>
      <TaskCheckbox task={task} />
      <span className={classes.text}>
        <span>{task.subject}</span>
        <small data-overdue={overdue || undefined}>
          {[task.due_at ? `${overdue ? "overdue since" : "due"} ${shortInstant(task.due_at)}` : "no due date", people.name(task.owner_id)]
            .filter(Boolean)
            .join(" · ")}
        </small>
      </span>
    </div>
  );
}
