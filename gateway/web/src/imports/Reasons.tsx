// Why rows were skipped, could not come in, or were kept: the same reason once, with its number.
import { Table } from "@mantine/core";

import type { Reason } from "../api/types";
import { count, words } from "../ui/format";
import classes from "./Imports.module.css";

const WORDS: Record<Reason["outcome"], string> = { skipped: "Skipped", failed: "Failed", kept: "Kept" };

export function Reasons({ reasons }: { reasons: Reason[] }) {
  if (reasons.length === 0) return null;
  return (
    <section>
      <h3 className={classes.subheading}>Reasons</h3>
      <Table verticalSpacing={7} data-testid="reasons">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th ta="right">Rows</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reasons.map((each) => (
            <Table.Tr key={`${each.outcome}${each.code}${each.message}`} data-testid={`reason-${each.code}`}>
              <Table.Td className={each.outcome === "failed" ? classes.bad : undefined}>{WORDS[each.outcome] ?? each.outcome}</Table.Td>
              <Table.Td>{each.message || words(each.code)}</Table.Td>
              <Table.Td ta="right" className="num">
                {count(each.count)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
