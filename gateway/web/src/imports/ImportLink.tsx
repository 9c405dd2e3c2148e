// The way from a list to the import of a file of its records.
import { Button } from "@mantine/core";
import { Link } from "react-router";

import { useMay } from "../app/session";
import { ImportIcon } from "../ui/icons";

export function ImportLink({ resource }: { resource: string }) {
  if (!useMay("import")) return null;
  return (
    <Button visibleFrom="sm"
      size="xs"
      variant="default"
      component={Link}
      to={`/imports/new?object=${resource}`}
      leftSection={<ImportIcon size={14} />}
      aria-label={`Import ${resource}`}
      data-testid="import-records"
    >
      Import
    </Button>
  );
}
