// Saving changed properties: one PATCH with the version that was read. If someone else changed other properties
// in the meantime the save is repeated on top of theirs; if they changed the same ones, the person decides.
import { useMutation } from "@tanstack/react-query";

import { change, get, type Resource, type Resources } from "../api/client";
import { hasStatus } from "../api/problem";
import { keys, queryClient } from "../app/queryClient";
import { notifyProblem } from "../ui/Problem";
import { inform } from "../ui/toast";

type Changes = Record<string, unknown>;

export class Conflict extends Error {
  constructor(readonly fields: string[]) {
    super(`Someone else changed ${fields.join(", ")}`);
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

async function save<R extends Resource>(resource: R, before: Resources[R], changes: Changes): Promise<Resources[R]> {
  try {
    return await change(resource, before.id, before.version, changes);
  } catch (error) {
    if (!hasStatus(error, 412)) throw error;
    const fresh = await get(resource, before.id);
    const theirs = Object.keys(changes).filter((name) => !same(field(before, name), field(fresh, name)));
    if (theirs.length > 0) throw new Conflict(theirs);
    return await change(resource, fresh.id, fresh.version, changes);
  }
}

function field(record: object, name: string): unknown {
  return (record as Record<string, unknown>)[name];
}

export function useChange<R extends Resource>(resource: R, labelOf: (field: string) => string) {
  return useMutation({
    mutationFn: ({ record, changes }: { record: Resources[R]; changes: Changes }) => save(resource, record, changes),
    onError: (error) => {
      if (error instanceof Conflict) {
        inform(
          "Someone else changed this first",
          `${error.fields.map(labelOf).join(", ")} now shows their value above yours. Save again to keep yours.`,
        );
      } else notifyProblem(error, "Not saved");
    },
    onSettled: (_record, _error, { record }) => {
      void queryClient.invalidateQueries({ queryKey: keys.record(record.id) });
      void queryClient.invalidateQueries({ queryKey: keys.lists(resource) });
      if (resource === "deals") void queryClient.invalidateQueries({ queryKey: keys.boards });
    },
  });
}
