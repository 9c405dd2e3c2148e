// The list as a file: what it shows (filter, order, columns) or every field of the same records.
import { ActionIcon, Menu, Tooltip } from "@mantine/core";

import type { RecordResource } from "../api/client";
import { withQuery } from "../api/request";
import { count } from "../ui/format";
import { DownloadIcon } from "../ui/icons";

const FORMATS = [
  ["csv", "CSV"],
  ["xlsx", "Excel (XLSX)"],
  ["jsonl", "JSON lines"],
] as const;

/** The fields behind columns whose cells show more than one plain value. */
const FIELDS: Record<string, string> = { owner: "owner.name", account: "account.name", stage: "stage.name" };

interface ExportMenuProps {
  resource: RecordResource;
  filter: string;
  sort: string;
  columns: string[];
  total: number | undefined;
}

export function ExportMenu({ resource, filter, sort, columns, total }: ExportMenuProps) {
  const fields = columns.map((key) => FIELDS[key] ?? key).join(",");
  const address = (format: string, shown: boolean) => withQuery(`/v1/${resource}/export`, { format, filter, sort, fields: shown ? fields : undefined });
  const items = (shown: boolean) =>
    FORMATS.map(([format, label]) => (
      <Menu.Item key={format} component="a" href={address(format, shown)} download data-testid={`export-${format}${shown ? "" : "-all"}`}>
        {label}
      </Menu.Item>
    ));
  return (
    <Menu width={220} position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label="Export">
          <ActionIcon aria-label="Export" data-testid="export">
            <DownloadIcon size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{total === undefined ? "These columns" : `These columns, ${count(total)} rows`}</Menu.Label>
        {items(true)}
        <Menu.Divider />
        <Menu.Label>All fields</Menu.Label>
        {items(false)}
      </Menu.Dropdown>
    </Menu>
  );
}
