// From a row of a report to the records it counts.
import { Link } from "react-router";
import type { ReactNode } from "react";

/** `/v1/deals?filter=...`, or a filter of deals by itself, as the address of the same list in this interface. */
export function listAddress(records: string | null | undefined): string | null {
  if (records === null || records === undefined) return null;
  if (!/^(https?:|\/)/.test(records)) return `/deals?${new URLSearchParams(records ? { filter: records } : {})}`;
  const url = new URL(records, window.location.origin);
  const resource = /^\/v1\/(deals|accounts|contacts|leads)$/.exec(url.pathname)?.[1];
  if (!resource) return null;
  const kept = new URLSearchParams();
  for (const name of ["filter", "sort"]) {
    const value = url.searchParams.get(name);
    if (value) kept.set(name, value);
  }
  return `/${resource}?${kept}`;
}

export function Drill({ records, children }: { records: string | null | undefined; children: ReactNode }) {
  const address = listAddress(records);
  return address ? (
    <Link className="link" to={address}>
      {children}
    </Link>
  ) : (
    <>{children}</>
  );
}
