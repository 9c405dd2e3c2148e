// The record that somebody is at: the one whose page is open, or whose row or card has the focus.
import type { Named } from "./dialogs";

const PAGE = /^\/(?:accounts|contacts|leads|deals)\/((?:account|contact|lead|deal)_\w+)/;

export function atHand(pathname: string, recent: { id: string; label: string }[]): Named | null {
  const id = PAGE.exec(pathname)?.[1];
  if (id) {
    const title = document.querySelector("[data-testid=record-title]")?.textContent;
    return { id, name: recent.find((row) => row.id === id)?.label ?? (title || "this record") };
  }
  const focused = document.activeElement?.closest<HTMLElement>("[data-record]");
  return focused?.dataset.record ? { id: focused.dataset.record, name: focused.dataset.name ?? "this record" } : null;
}
