// Periods that people ask for, as the first and the last day.

export const PERIODS = [
  { value: "year", label: "Last 12 months" },
  { value: "this-year", label: "This year" },
  { value: "last-year", label: "Last year" },
  { value: "this-quarter", label: "This quarter" },
  { value: "next-quarter", label: "Next quarter" },
  { value: "last-quarter", label: "Last quarter" },
  { value: "this-month", label: "This month" },
  { value: "last-month", label: "Last month" },
];

function iso(year: number, month: number, date: number): string {
  const at = new Date(Date.UTC(year, month, date));
  return at.toISOString().slice(0, 10);
}

/** The days of a period, both included; nothing for the last twelve months, which the service knows by itself. */
export function periodOf(period: string, now = new Date()): { from?: string; to?: string } {
  const year = now.getFullYear();
  const month = now.getMonth();
  const quarter = month - (month % 3);
  switch (period) {
    case "this-year":
      return { from: iso(year, 0, 1), to: iso(year, 11, 31) };
    case "last-year":
      return { from: iso(year - 1, 0, 1), to: iso(year - 1, 11, 31) };
    case "this-quarter":
      return { from: iso(year, quarter, 1), to: iso(year, quarter + 3, 0) };
    case "next-quarter":
      return { from: iso(year, quarter + 3, 1), to: iso(year, quarter + 6, 0) };
    case "last-quarter":
      return { from: iso(year, quarter - 3, 1), to: iso(year, quarter, 0) };
    case "this-month":
      return { from: iso(year, month, 1), to: iso(year, month + 1, 0) };
    case "last-month":
      return { from: iso(year, month - 1, 1), to: iso(year, month, 0) };
    default:
      return {};
  }
}
