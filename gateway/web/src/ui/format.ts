// How values are written for people: money, days, ages, names of enums. Amounts stay decimal text until the
// last moment; Number is used for display only.
import type { Money } from "../api/types";

const LOCALE = navigator.language || "en-US";
const DAY = 86_400_000;

const moneyFormats = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string, compact: boolean): Intl.NumberFormat {
  const key = `${currency}${compact}`;
  let format = moneyFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...(compact ? { notation: "compact", maximumFractionDigits: 1 } : { maximumFractionDigits: 2 }),
    });
    moneyFormats.set(key, format);
  }
  return format;
}

export function money(value: Money | null | undefined, compact = false): string {
  if (!value) return "—";
  const text = moneyFormat(value.currency, compact).format(Number(value.amount));
  return compact ? text : text.replace(/[.,]00(?=\D*$)/, "");
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? "—" : value.toLocaleString(LOCALE);
}

export function percent(ratio: number | null | undefined, digits = 1): string {
  if (ratio === null || ratio === undefined) return "—";
  return `${(ratio * 100).toFixed(digits)} %`;
}

export function decimal(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? "—" : value.toLocaleString(LOCALE, { maximumFractionDigits: digits });
}

/** A business day, such as 2026-11-22; read as that day wherever the reader is. */
export function day(value: string | null | undefined): string {
  if (!value) return "—";
  const [year, month, date] = value.slice(0, 10).split("-").map(Number);
  return new Date(year!, month! - 1, date).toLocaleDateString(LOCALE, { day: "numeric", month: "short", year: "numeric" });
}

export function instant(value: string | null | undefined): string {
  if (!value) return "—";
  return new Date(value).toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "short" });
}

/** Short form for a narrow place: time today, else the day. */
export function shortInstant(value: string | null | undefined): string {
  if (!value) return "—";
  const at = new Date(value);
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  const sameYear = at.getFullYear() === now.getFullYear();
  return at.toLocaleDateString(LOCALE, { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) });
}

export function ago(value: string | null | undefined, now = Date.now()): string {
  if (!value) return "—";
  const seconds = Math.round((now - new Date(value).getTime()) / 1000);
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  const days = Math.round(seconds / 86_400);
  if (days < 45) return days === 1 ? "yesterday" : `${days} days ago`;
  return shortInstant(value);
}

export function daysSince(value: string | null | undefined): number | null {
  if (!value) return null;
  return Math.max(0, Math.floor((Date.now() - new Date(value).getTime()) / DAY));
}

/** An age for a narrow place: 12d, 5mo, 9y. */
export function shortAge(days: number): string {
  if (days < 90) return `${days}d`;
  return days < 730 ? `${Math.floor(days / 30.44)}mo` : `${Math.floor(days / 365.25)}y`;
}

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "—";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

const ABBREVIATIONS = new Set(["smb", "mql", "sql"]);

/** `mid_market` becomes `Mid market`. */
export function words(value: string | null | undefined): string {
  if (!value) return "—";
  if (ABBREVIATIONS.has(value)) return value.toUpperCase();
  const text = value.replace(/[_-]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function initials(name: string | null | undefined): string {
  const parts = (name ?? "").trim().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return "–";
  const last = parts.length > 1 ? parts[parts.length - 1]! : "";
  return (parts[0]!.charAt(0) + last.charAt(0)).toUpperCase();
}

/** `deal.stage_moved.v1` becomes `Stage moved`. */
export function eventName(type: string): string {
  const [noun = "", past = ""] = type.split(".");
  return words(past) === "Created" ? `${words(noun)} created` : words(past || noun);
}
