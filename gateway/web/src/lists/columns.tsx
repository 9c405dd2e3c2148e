// What each list shows. A column with `sort` can order the list; narrow screens keep the first `narrow` columns.
import { Badge } from "@mantine/core";
import type { ReactNode } from "react";

import type { RecordResource } from "../api/client";
import type { Account, Contact, Deal, Lead, Stage } from "../api/types";
import { DEFINITIONS, type FieldKind } from "../records/definitions";
import { FieldValue } from "../records/FieldValue";
import { ago, count, day, money, words } from "../ui/format";
import { Initials, Person } from "../ui/Person";
import classes from "./ListPage.module.css";

export interface Names {
  person: (id: string | null | undefined) => string | null;
  stages: Map<string, Stage>;
}

export interface Column<R> {
  key: string;
  label: string;
  /** A grid track, as in `minmax(180px, 2fr)`. */
  width: string;
  sort?: string;
  right?: boolean;
  narrow?: boolean;
  cell: (record: R, names: Names) => ReactNode;
}

type Expanded<R> = R & { account?: { id: string; name: string } | null };

const dash = <span className={classes.faint}>—</span>;
const said = (value: string | null | undefined): ReactNode => (value ? <span className="clip">{value}</span> : dash);
const owner = <R extends { owner_id: string | null }>(): Column<R> => ({
  key: "owner",
  label: "Owner",
  width: "minmax(124px, 1fr)",
  cell: (record, names) => <Person name={names.person(record.owner_id)} />,
});
const updated = <R extends { updated_at: string }>(): Column<R> => ({
  key: "updated_at",
  label: "Changed",
  width: "98px",
  sort: "updated_at",
  cell: (record) => <span className={`${classes.muted} num`}>{ago(record.updated_at)}</span>,
});

const TONES: Record<string, string> = { customer: "teal", partner: "iris", prospect: "gray", won: "teal", lost: "red", qualified: "teal", working: "iris", converted: "teal" };
const badge = (value: string | null | undefined) => (value ? <Badge color={TONES[value] ?? "gray"}>{words(value)}</Badge> : dash);

const accounts: Column<Account>[] = [
  { key: "name", label: "Name", width: "minmax(190px, 2fr)", sort: "name", narrow: true, cell: (each) => <Name text={each.name} detail={each.domain} /> },
  { key: "industry", label: "Industry", width: "minmax(110px, 1fr)", sort: "industry", cell: (each) => said(each.industry && words(each.industry)) },
  { key: "relationship", label: "Relationship", width: "104px", cell: (each) => badge(each.relationship) },
  { key: "country", label: "Country", width: "minmax(96px, 1fr)", sort: "country", cell: (each) => said(each.country) },
  { key: "employee_count", label: "Employees", width: "88px", sort: "employee_count", right: true, cell: (each) => <span className="num">{count(each.employee_count)}</span> },
  { key: "annual_revenue", label: "Revenue", width: "84px", sort: "annual_revenue", right: true, narrow: true, cell: (each) => <span className="num">{money(each.annual_revenue, true)}</span> },
  { key: "open_deal_count", label: "Open deals", width: "84px", right: true, cell: (each) => <span className="num">{count(each.open_deal_count)}</span> },
  owner(),
  updated(),
];

const contacts: Column<Expanded<Contact>>[] = [
  {
    key: "name",
    label: "Name",
    width: "minmax(200px, 1.5fr)",
    sort: "name",
    narrow: true,
    cell: (each) => (
      <span className={classes.person}>
        <span aria-hidden="true">
          <Initials name={each.name} size={22} />
        </span>
        <span className="clip">{each.name}</span>
      </span>
    ),
  },
  { key: "title", label: "Title", width: "minmax(130px, 1fr)", cell: (each) => said(each.title) },
  { key: "account", label: "Account", width: "minmax(140px, 1.2fr)", narrow: true, cell: (each) => said(each.account?.name) },
  { key: "email", label: "Email", width: "minmax(180px, 1.4fr)", sort: "email", cell: (each) => said(each.email) },
  { key: "phone", label: "Phone", width: "140px", cell: (each) => said(each.phone) },
  owner(),
  updated(),
];

const leads: Column<Lead>[] = [
  { key: "name", label: "Name", width: "minmax(180px, 1.4fr)", sort: "name", narrow: true, cell: (each) => <Name text={each.name} detail={each.title} /> },
  { key: "company", label: "Company", width: "minmax(140px, 1.2fr)", sort: "company", narrow: true, cell: (each) => said(each.company) },
  { key: "status", label: "Status", width: "112px", sort: "status", cell: (each) => badge(each.status) },
  { key: "email", label: "Email", width: "minmax(180px, 1.4fr)", cell: (each) => said(each.email) },
  { key: "source", label: "Source", width: "110px", cell: (each) => said(each.source) },
  owner(),
  updated(),
];

const deals: Column<Expanded<Deal>>[] = [
  { key: "name", label: "Name", width: "minmax(220px, 2fr)", sort: "name", narrow: true, cell: (each) => <span className="clip">{each.name}</span> },
  { key: "account", label: "Account", width: "minmax(140px, 1.2fr)", cell: (each) => said(each.account?.name) },
  { key: "stage", label: "Stage", width: "minmax(130px, 0.9fr)", cell: (each, names) => <StageName stage={names.stages.get(each.stage_id)} status={each.status} /> },
  {
    key: "amount",
    label: "Amount",
    width: "116px",
    sort: "amount",
    right: true,
    narrow: true,
    cell: (each) => (each.amount ? <span className="num">{money(each.amount)}</span> : <span className={classes.faint}>no amount</span>),
  },
  { key: "expected_close_on", label: "Expected close", width: "124px", sort: "expected_close_on", cell: (each) => <span className="num">{day(each.expected_close_on)}</span> },
  { key: "closed_on", label: "Closed", width: "116px", sort: "closed_on", cell: (each) => <span className="num">{day(each.closed_on)}</span> },
  owner(),
  updated(),
];

function Name({ text, detail }: { text: string; detail: string | null }) {
  return (
    <span className={classes.name}>
      <span className="clip">{text}</span>
      {detail && <small className="clip">{detail}</small>}
    </span>
  );
}

function StageName({ stage, status }: { stage: Stage | undefined; status: string }) {
  if (!stage) return badge(status);
  return status === "open" ? <span className="clip">{stage.name}</span> : <Badge color={TONES[status]}>{stage.name}</Badge>;
}

/** Counted beside the record; lists cannot be ordered by it. */
const DERIVED = new Set(["open_deal_count", "last_activity_at"]);
const WIDTHS: Partial<Record<FieldKind, string>> = { number: "96px", percent: "86px", money: "116px", day: "116px", instant: "150px", choice: "118px" };
const NUMERIC: FieldKind[] = ["number", "percent", "money"];
/** What the usual columns show already under another name. */
const SHOWN_AS: Record<string, string> = { owner_id: "owner", account_id: "account", stage_id: "stage" };
const UNSORTED: FieldKind[] = ["tags", "long", "person", "account", "contact", "lead", "product", "team", "pipeline", "stage"];

/** Every column a list can have: the usual ones, then all other properties of its records. */
export function allColumns(resource: RecordResource): Column<never>[] {
  const usual = LOOKS[resource].columns;
  const known = new Set(usual.map((column) => column.key));
  const others = DEFINITIONS[resource].fields
    .filter((field) => !known.has(SHOWN_AS[field.name] ?? field.name))
    .map((field): Column<Record<string, unknown>> => ({
      key: field.name,
      label: field.label,
      width: WIDTHS[field.kind] ?? "minmax(130px, 1fr)",
      sort: UNSORTED.includes(field.kind) || DERIVED.has(field.name) ? undefined : field.name,
      right: NUMERIC.includes(field.kind),
      cell: (record) => (
        <span className="clip">
          <FieldValue field={field} value={record[field.name]} />
        </span>
      ),
    }));
  return [...usual, ...(others as Column<never>[])];
}

/** The columns by their keys, in that order; the name always leads, keys that nobody knows are passed over. */
export function columnsOf(resource: RecordResource, keys: string[]): Column<never>[] {
  if (keys.length === 0) return LOOKS[resource].columns;
  const all = allColumns(resource);
  const wanted = ["name", ...keys.filter((key) => key !== "name")];
  return wanted.flatMap((key) => all.filter((column) => column.key === key));
}

/** How one list looks. A list page knows its records only as "something with an id". */
export interface ListLook {
  columns: Column<never>[];
  sort: string;
  expand?: string;
  intro: string;
}

export const LOOKS: Record<RecordResource, ListLook> = {
  accounts: { columns: accounts as Column<never>[], sort: "name", intro: "Accounts are the companies you sell to, buy from or work with." },
  contacts: { columns: contacts as Column<never>[], sort: "name", expand: "account", intro: "Contacts are the people at your accounts." },
  leads: { columns: leads as Column<never>[], sort: "-created_at", intro: "Leads are people you have not qualified yet." },
  deals: { columns: deals as Column<never>[], sort: "-updated_at", expand: "account", intro: "Deals are the sales you are working on." },
};
