// "Copy as curl": what the screen shows, for a program.
import { ActionIcon, Tooltip } from "@mantine/core";

import { curl } from "./curl";
import { TerminalIcon } from "./icons";
import { inform, toast } from "./toast";

export async function copyCurl(path: string): Promise<void> {
  const line = curl(path);
  try {
    await navigator.clipboard.writeText(line);
    toast("Copied as curl. It reads the key from RAPPORT_API_KEY.");
  } catch {
    inform("The browser does not let pages copy here", line);
  }
}

export function CurlButton({ path }: { path: string }) {
  return (
    <Tooltip label="Copy as curl">
      <ActionIcon aria-label="Copy as curl" onClick={() => void copyCurl(path)} data-testid="copy-curl" visibleFrom="sm">
        <TerminalIcon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
