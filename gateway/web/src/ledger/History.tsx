// What happened with a record, in two depths: the timeline tells a salesperson's story, the ledger why and how often.
import { Tabs } from "@mantine/core";
import { useSearchParams } from "react-router";

import type { RecordResource } from "../api/client";
import { Timeline } from "../records/Timeline";
import { Ledger } from "./Ledger";
import classes from "./Ledger.module.css";

const NAME = "history";

export function History({ resource, id }: { resource: RecordResource; id: string }) {
  const [address, setAddress] = useSearchParams();
  const shown = address.get(NAME) === "ledger" ? "ledger" : "timeline";
  const show = (value: string | null) =>
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "ledger") next.set(NAME, value);
        else next.delete(NAME);
        return next;
      },
      { replace: true },
    );
  return (
    <Tabs value={shown} onChange={show} keepMounted={false}>
      <Tabs.List className={classes.tabs}>
        <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
        <Tabs.Tab value="ledger" data-testid="ledger-tab">
          Ledger
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="timeline">
        <Timeline key={`t${id}`} resource={resource} id={id} />
      </Tabs.Panel>
      <Tabs.Panel value="ledger">
        <Ledger key={`l${id}`} id={id} />
      </Tabs.Panel>
    </Tabs>
  );
}
