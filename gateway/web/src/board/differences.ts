// Says in words what someone else changed on a deal, for the moment a save is refused.
import type { Deal } from "../api/types";
import { day, money, words } from "../ui/format";
import { queryClient, keys } from "../app/queryClient";
import type { Pipeline } from "../api/types";

function stageName(id: string): string {
  const pipelines = queryClient.getQueryData<Pipeline[]>(keys.pipelines) ?? [];
  return pipelines.flatMap((each) => each.stages).find((stage) => stage.id === id)?.name ?? "another stage";
}

export function differences(before: Deal, after: Deal, personName: (id: string | null) => string | null): string {
  const found: string[] = [];
  if (before.stage_id !== after.stage_id) found.push(`it is now in ${stageName(after.stage_id)}`);
  if (money(before.amount) !== money(after.amount)) found.push(`the amount is now ${after.amount ? money(after.amount) : "empty"}`);
  if (before.owner_id !== after.owner_id) found.push(`the owner is now ${personName(after.owner_id) ?? "nobody"}`);
  if (before.name !== after.name) found.push(`it is now called ${after.name}`);
  if (before.expected_close_on !== after.expected_close_on) found.push(`it should close on ${day(after.expected_close_on)}`);
  const others = (["next_step", "type", "source", "competitor", "forecast_category"] as const)
    .filter((name) => (before[name] ?? null) !== (after[name] ?? null))
    .map((name) => words(name).toLowerCase());
  if (others.length > 0) found.push(`${others.join(", ")} changed`);
  return found.join("; ");
}
