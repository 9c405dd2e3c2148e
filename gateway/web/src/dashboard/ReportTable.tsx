import { Table } from "@mantine/core";
import type { ReactNode } from "react";

export interface ReportColumn<Row> {
  label: string;
  right?: boolean;
  cell: (row: Row) => ReactNode;
}

interface ReportTableProps<Row> {
  rows: Row[];
  columns: ReportColumn<Row>[];
  rowKey: (row: Row) => string;
}

/** The table twin of a chart. */
export function ReportTable<Row>({ rows, columns, rowKey }: ReportTableProps<Row>) {
  return (
    <Table verticalSpacing={6} className="num" stickyHeader>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => (
            <Table.Th key={column.label} ta={column.right ? "right" : undefined}>
              {column.label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={rowKey(row)}>
            {columns.map((column) => (
              <Table.Td key={column.label} ta={column.right ? "right" : undefined}>
                {column.cell(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
