// A figure in its unit.
import type { MetricFigure, Money } from "../api/types";
import { count, decimal, money } from "../ui/format";

export function isMoney(unit: string): boolean {
  return unit === "money" || unit === "money_per_day";
}

/** A figure in its unit. */
export function shown(value: MetricFigure["value"], unit: string): string {
  if (value === null || value === undefined) return "—";
  if (typeof value === "object") return `${money(value as Money)}${unit === "money_per_day" ? " a day" : ""}`;
  switch (unit) {
    case "percent":
      return `${decimal(value, 2)} %`;
    case "years":
      return `${decimal(value, 2)} years`;
    case "months":
      return `${decimal(value, 1)} months`;
    case "hours":
      return `${decimal(value, 1)} hours`;
    case "days":
      return `${decimal(value, 1)} days`;
    case "per_year":
      return `${decimal(value, 2)} a year`;
    case "count":
      return count(value);
    default:
      return decimal(value, 2);
  }
}
