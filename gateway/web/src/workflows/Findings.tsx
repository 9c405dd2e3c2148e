// Circles and contradictions among the workflows that are on and one of them, as it is kept.
import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { workflows as api } from "../api/client";
import { keys } from "../app/queryClient";
import { WarningIcon } from "../ui/icons";

export function Findings({ id }: { id: string }) {
  const found = useQuery({ queryKey: [...keys.workflows, id, "analysis"], queryFn: () => api.analysis(id) });
  return found.data?.data.map((each) => (
    <Alert key={each.text} color="yellow" variant="light" icon={<WarningIcon size={16} />} title={each.kind === "loop" ? "A circle" : "A contradiction"} data-testid="finding">
      {each.text}
    </Alert>
  ));
}
