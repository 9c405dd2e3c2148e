// Reports to begin with.
import type { ReportDefinition } from "../api/types";

export const BLANK: ReportDefinition = { dataset: "deals", filter: null, group_by: [], measures: [{ name: "number", function: "count" }] };

export const FUNCTIONS = [
  { value: "count", label: "Number" },
  { value: "sum", label: "Sum" },
  { value: "average", label: "Average" },
  { value: "min", label: "Smallest" },
  { value: "max", label: "Largest" },
  { value: "count_distinct", label: "Different values" },
  { value: "ratio", label: "Ratio, %" },
];

export const EXAMPLES: { key: string; name: string; definition: ReportDefinition }[] = [
  {
    key: "waiting",
    name: "Large deals waiting in negotiation",
    definition: {
      dataset: "deals",
      filter: 'amount > 50000 AND stage.name = "Negotiation" AND stage_entered_at < now - 30d',
      group_by: ["owner.name"],
      measures: [
        { name: "deals", function: "count" },
        { name: "value", function: "sum", field: "amount" },
      ],
    },
  },
  {
    key: "conversion",
    name: "Lead conversion by source and region",
    definition: {
      dataset: "leads",
      filter: null,
      group_by: ["source", "country"],
      measures: [
        { name: "leads", function: "count" },
        { name: "converted", function: "count", filter: 'status = "converted"' },
        { name: "rate", function: "ratio", of: "converted", to: "leads" },
      ],
    },
  },
  {
    key: "penetration",
    name: "Products adopted by each account",
    definition: {
      dataset: "purchases",
      filter: null,
      group_by: ["account.name"],
      measures: [
        { name: "products", function: "count_distinct", field: "product_id" },
        { name: "spent", function: "sum", field: "amount" },
      ],
    },
  },
];
