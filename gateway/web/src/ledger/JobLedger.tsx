// The ledger of an import: what became of every event it told, and everything out of the ordinary.
import { Table } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";

import { count, words } from "../ui/format";
import { CheckIcon } from "../ui/icons";
import { Ledger } from "./Ledger";
import classes from "./Ledger.module.css";
import { ledgers, serviceName } from "./ledgers";
import type { JobLedgerPart } from "./types";

export function JobLedger({ id, headingClass }: { id: string; headingClass?: string }) {
  // The same reading as the list below: one request for both.
  const feed = useInfiniteQuery({
    queryKey: ledgers.key(id, null),
    queryFn: ({ pageParam }) => ledgers.of(id, null, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
  const told = feed.data?.pages[0] as JobLedgerPart | undefined;
  return (
    <section aria-label="Ledger of the import" data-testid="job-ledger">
      <h3 className={headingClass}>Ledger</h3>
      {told && told.events.told > 0 && <Services events={told.events} />}
      {told && Object.keys(told.runs).length > 0 && (
        <p className={classes.faint}>
          Runs of workflows: {Object.entries(told.runs).map(([status, number]) => `${count(number)} ${words(status).toLowerCase()}`).join(", ")}.
        </p>
      )}
      {told?.related.map((each) => (
        <p key={each.job_id} className={classes.faint}>
          {each.relation === "undone_by" ? "What it brought in was taken back by " : "It took back what was brought in by "}
          <Link className="link" to={`/imports/${each.job_id}`}>
            {each.relation === "undone_by" ? "this undo" : "this import"}
          </Link>
          .
        </p>
      ))}
      <Ledger id={id} />
    </section>
  );
}

function Services({ events }: { events: JobLedgerPart["events"] }) {
  return (
    <>
      <p data-testid="job-events">{count(events.told)} events were told. What each service made of those it listens to:</p>
      <Table.ScrollContainer minWidth={460} type="native" tabIndex={0} role="region" aria-label="Events by service, scrollable" className={classes.services}>
        <Table verticalSpacing={6} className="num">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Service</Table.Th>
              {["Meant for it", "Handled", "Waiting", "Given up"].map((name) => (
                <Table.Th key={name} ta="right">
                  {name}
                </Table.Th>
              ))}
              <Table.Th>Complete</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {events.services.map((each) => (
              <Table.Tr key={each.service}>
                <Table.Td>{serviceName(each.service)}</Table.Td>
                {[each.expected, each.done, each.waiting + each.missing, each.parked].map((number, index) => (
                  <Table.Td key={index} ta="right">
                    {count(number)}
                  </Table.Td>
                ))}
                <Table.Td>{each.done === each.expected ? <CheckIcon size={14} label="yes" /> : <span className={classes.faint}>not yet</span>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
