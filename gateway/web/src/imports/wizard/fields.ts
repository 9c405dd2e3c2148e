// What fields and kinds of records are called, and the ways in which a file may write them.
import { DEFINITIONS } from "../../records/definitions";
import type { RecordResource } from "../../api/client";
import { words } from "../../ui/format";

const LABELS: Record<string, string> = {
  external_id: "Own id",
  full_name: "Full name",
  stage: "Stage",
  pipeline: "Pipeline",
  record_ids: "Belongs to",
  team_id: "Team",
  kind: "Kind",
  body: "Text",
  duration_seconds: "Duration",
  occurred_at: "Happened on",
  due_at: "Due",
  closed_on: "Closed on",
  parent_external_id: "Own id of the parent account",
  account_external_id: "Own id of the account",
};

export function fieldLabel(object: string, name: string): string {
  const known = DEFINITIONS[object as RecordResource]?.fields.find((field) => field.name === name && !["external_id", "closed_on"].includes(name))?.label;
  if (known) return known;
  if (name.endsWith(".currency")) return `Currency of ${fieldLabel(object, name.slice(0, -9)).toLowerCase()}`;
  return LABELS[name] ?? words(name.replace(/^custom\./, "").replace(/_id$/, "").replace(/_on$/, ""));
}

interface Called {
  one: string;
  many: string;
}

const CALLED: Record<string, Called> = {
  accounts: { one: "account", many: "accounts" },
  contacts: { one: "contact", many: "contacts" },
  leads: { one: "lead", many: "leads" },
  deals: { one: "deal", many: "deals" },
  activities: { one: "activity", many: "activities" },
  products: { one: "product", many: "products" },
  users: { one: "user", many: "users" },
};

export function called(object: string): Called {
  return CALLED[object] ?? { one: object.replace(/s$/, ""), many: object };
}

const HINTS: Record<string, string> = {
  accounts: "Accounts: companies",
  contacts: "Contacts: people at companies",
  leads: "Leads: people not qualified yet",
  deals: "Deals: sales on the board",
  activities: "Activities: calls, meetings, notes, tasks",
  products: "Products: what you sell",
  users: "Users: colleagues who use Rapport",
};

export function objectLabel(object: string): string {
  return HINTS[object] ?? words(object);
}

export const DATE_FORMATS = [
  { value: "YYYY-MM-DD", label: "2026-11-25 (year, month, day)" },
  { value: "DD.MM.YYYY", label: "25.11.2026 (day, month, year)" },
  { value: "DD/MM/YYYY", label: "25/11/2026 (day, month, year)" },
  { value: "MM/DD/YYYY", label: "11/25/2026 (month, day, year)" },
  { value: "DD-MM-YYYY", label: "25-11-2026 (day, month, year)" },
  { value: "MM-DD-YYYY", label: "11-25-2026 (month, day, year)" },
  { value: "YYYYMMDD", label: "20261125" },
  { value: "D MMM YYYY", label: "25 Nov 2026" },
  { value: "MMM D, YYYY", label: "Nov 25, 2026" },
];

export const NUMBER_FORMATS = [
  { value: "1,234.56", label: "1,234.56" },
  { value: "1.234,56", label: "1.234,56" },
  { value: "1 234,56", label: "1 234,56" },
  { value: "1'234.56", label: "1'234.56" },
  { value: "1234.56", label: "1234.56" },
  { value: "1234,56", label: "1234,56" },
];

export const UNITS = [
  { value: "thousands", label: "in thousands" },
  { value: "millions", label: "in millions" },
  { value: "billions", label: "in billions" },
];

/** Number style and unit of a format such as `1.234,56 millions`. */
export function splitFormat(format: string | null | undefined): { style: string | null; unit: string | null; others: string[] } {
  let rest = format ?? "";
  const style = NUMBER_FORMATS.map((each) => each.value).find((value) => rest.startsWith(value)) ?? null;
  if (style) rest = rest.slice(style.length);
  const parts = rest.split(" ").filter(Boolean);
  const unit = parts.find((part) => UNITS.some((each) => each.value === part)) ?? null;
  return { style, unit, others: parts.filter((part) => part !== unit) };
}

export function joinFormat(style: string | null, unit: string | null, others: string[]): string | null {
  return [style, unit, ...others].filter(Boolean).join(" ") || null;
}

const DELIMITERS: Record<string, string> = { ",": "separated by commas", ";": "separated by semicolons", "\t": "separated by tabs", "|": "separated by bars" };
const ENCODINGS: Record<string, string> = {
  "utf-8": "UTF-8", "utf-8-sig": "UTF-8", ascii: "plain ASCII", "utf-16": "UTF-16", cp1252: "Windows (Western)", "windows-1252": "Windows (Western)",
  "iso-8859-1": "Latin-1", latin1: "Latin-1",
};

export function understood(file: { format: string; sheet: string | null; encoding: string | null; delimiter: string | null }): string {
  if (file.format === "xlsx") return file.sheet ? `Excel, sheet “${file.sheet}”` : "Excel";
  const written = file.encoding ? (ENCODINGS[file.encoding.toLowerCase()] ?? file.encoding) : null;
  const apart = file.delimiter ? (DELIMITERS[file.delimiter] ?? `separated by “${file.delimiter}”`) : null;
  return ["CSV", written, apart].filter(Boolean).join(", ");
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
