// What a list shows is in its address, so that it can be linked, shared and come back to.
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export function useListAddress(defaultSort: string) {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (name: string, value: string | null) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          if (value) after.set(name, value);
          else after.delete(name);
          return after;
        },
        { replace: true },
      ),
    [setParams],
  );
  return { filter: params.get("filter") ?? "", owner: params.get("owner"), view: params.get("view"), sort: params.get("sort") ?? defaultSort, set };
}
