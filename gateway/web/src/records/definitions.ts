// What the interface knows about each kind of record: its properties in the order people look for them, which
// are asked for when one is made, and what it is called. Forms, property panels and lists are drawn from this.
import type { RecordResource } from "../api/client";
import { AccountIcon, ContactIcon, DealIcon, LeadIcon, type Icon } from "../ui/icons";

export type FieldKind =
  | "text" | "long" | "number" | "percent" | "money" | "day" | "instant" | "choice" | "person" | "tags" | "email" | "phone"
  | "url" | "account" | "contact" | "lead" | "product" | "team" | "pipeline" | "stage";

export interface FieldDefinition {
  name: string;
  label: string;
  kind: FieldKind;
  options?: readonly string[];
  required?: boolean;
  /** Shown, but changed by other means or not at all. */
  readOnly?: boolean;
  /** Asked for in the dialog that makes a record. */
  onCreate?: boolean;
  /** Folded away until asked for. */
  more?: boolean;
}

export interface Definition {
  resource: RecordResource;
  singular: string;
  plural: string;
  icon: Icon;
  fields: readonly FieldDefinition[];
  /** The field that plain words in a filter search, and that lists sort by first. */
  nameField: string;
}

export const LIFECYCLE = ["subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other"] as const;
const TIERS = ["strategic", "enterprise", "mid_market", "smb"] as const;
const RELATIONSHIPS = ["prospect", "customer", "partner", "vendor", "distributor"] as const;
const FORECAST = ["omitted", "pipeline", "best_case", "commit", "closed"] as const;
export const DEAL_TYPES = ["new", "renewal", "expansion"] as const;
export const LEAD_STATUSES = ["new", "working", "qualified", "disqualified", "converted"] as const;

const owner: FieldDefinition = { name: "owner_id", label: "Owner", kind: "person", onCreate: true };
const source: FieldDefinition = { name: "source", label: "Source", kind: "text" };
const broughtBy: readonly FieldDefinition[] = [
  { name: "original_source", label: "First source", kind: "text", readOnly: true, more: true },
  { name: "medium", label: "Medium", kind: "text", more: true },
  { name: "campaign", label: "Campaign", kind: "text", more: true },
  { name: "content", label: "Content", kind: "text", more: true },
  { name: "term", label: "Search term", kind: "text", more: true },
];
const tags: FieldDefinition = { name: "tags", label: "Tags", kind: "tags" };
const externalId: FieldDefinition = { name: "external_id", label: "External id", kind: "text", more: true };
const created: FieldDefinition = { name: "created_at", label: "Created", kind: "instant", readOnly: true, more: true };
const updated: FieldDefinition = { name: "updated_at", label: "Last changed", kind: "instant", readOnly: true, more: true };

export const DEFINITIONS: Record<RecordResource, Definition> = {
  accounts: {
    resource: "accounts",
    singular: "account",
    plural: "accounts",
    icon: AccountIcon,
    nameField: "name",
    fields: [
      { name: "name", label: "Name", kind: "text", required: true, onCreate: true },
      { name: "domain", label: "Domain", kind: "text", onCreate: true },
      { name: "industry", label: "Industry", kind: "text", onCreate: true },
      { name: "tier", label: "Tier", kind: "choice", options: TIERS },
      { name: "relationship", label: "Relationship", kind: "choice", options: RELATIONSHIPS, onCreate: true },
      { name: "lifecycle_stage", label: "Lifecycle", kind: "choice", options: LIFECYCLE },
      { name: "health", label: "Health", kind: "number" },
      { name: "health_source", label: "Health from", kind: "text", more: true },
      owner,
      { name: "employee_count", label: "Employees", kind: "number" },
      { name: "annual_revenue", label: "Annual revenue", kind: "money" },
      { name: "country", label: "Country", kind: "text" },
      { name: "city", label: "City", kind: "text" },
      { name: "website", label: "Website", kind: "url" },
      { name: "parent_id", label: "Parent account", kind: "account" },
      tags,
      { name: "description", label: "Description", kind: "long" },
      source,
      { name: "founded_year", label: "Founded", kind: "number", more: true },
      { name: "address", label: "Address", kind: "long", more: true },
      externalId,
      created,
      updated,
    ],
  },
  contacts: {
    resource: "contacts",
    singular: "contact",
    plural: "contacts",
    icon: ContactIcon,
    nameField: "name",
    fields: [
      { name: "first_name", label: "First name", kind: "text", onCreate: true },
      { name: "last_name", label: "Last name", kind: "text", required: true, onCreate: true },
      { name: "email", label: "Email", kind: "email", onCreate: true },
      { name: "phone", label: "Phone", kind: "phone", onCreate: true },
      { name: "title", label: "Title", kind: "text", onCreate: true },
      { name: "account_id", label: "Account", kind: "account", onCreate: true },
      { name: "lifecycle_stage", label: "Lifecycle", kind: "choice", options: LIFECYCLE },
      owner,
      tags,
      source,
      ...broughtBy,
      { name: "language", label: "Language", kind: "text", more: true },
      { name: "time_zone", label: "Time zone", kind: "text", more: true },
      externalId,
      created,
      updated,
    ],
  },
  leads: {
    resource: "leads",
    singular: "lead",
    plural: "leads",
    icon: LeadIcon,
    nameField: "name",
    fields: [
      { name: "first_name", label: "First name", kind: "text", onCreate: true },
      { name: "last_name", label: "Last name", kind: "text", required: true, onCreate: true },
      { name: "company", label: "Company", kind: "text", onCreate: true },
      { name: "status", label: "Status", kind: "choice", options: LEAD_STATUSES },
      { name: "email", label: "Email", kind: "email", onCreate: true },
      { name: "phone", label: "Phone", kind: "phone", onCreate: true },
      { name: "title", label: "Title", kind: "text" },
      { name: "industry", label: "Industry", kind: "text" },
      { name: "country", label: "Country", kind: "text" },
      { name: "employee_count", label: "Employees", kind: "number" },
      { name: "lifecycle_stage", label: "Lifecycle", kind: "choice", options: LIFECYCLE, readOnly: true },
      owner,
      { ...source, onCreate: true },
      tags,
      ...broughtBy,
      externalId,
      created,
      updated,
    ],
  },
  deals: {
    resource: "deals",
    singular: "deal",
    plural: "deals",
    icon: DealIcon,
    nameField: "name",
    fields: [
      { name: "name", label: "Name", kind: "text", required: true, onCreate: true },
      { name: "amount", label: "Amount", kind: "money", onCreate: true },
      { name: "expected_close_on", label: "Expected close", kind: "day", onCreate: true },
      owner,
      { name: "account_id", label: "Account", kind: "account", onCreate: true },
      { name: "contact_id", label: "Contact", kind: "contact" },
      { name: "next_step", label: "Next step", kind: "text" },
      { name: "type", label: "Type", kind: "choice", options: DEAL_TYPES },
      { name: "product_id", label: "Product", kind: "product" },
      { name: "probability", label: "Probability", kind: "percent" },
      { name: "forecast_category", label: "Forecast", kind: "choice", options: FORECAST },
      { name: "competitor", label: "Competitor", kind: "text" },
      tags,
      source,
      { name: "opened_on", label: "Opened", kind: "day" },
      { name: "closed_on", label: "Closed", kind: "day", readOnly: true },
      { name: "won_reason", label: "Won because", kind: "text", readOnly: true },
      { name: "lost_reason", label: "Lost because", kind: "text", readOnly: true },
      { name: "stage_entered_at", label: "In stage since", kind: "instant", readOnly: true, more: true },
      externalId,
      created,
      updated,
    ],
  },
};

/** Read-only properties are only shown when they say something. */
export function isShown(field: FieldDefinition, value: unknown): boolean {
  return !field.readOnly || (value !== null && value !== undefined && value !== "");
}
