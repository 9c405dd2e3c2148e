// Logging what was done, or what is to be done, without leaving the record.
import { Tabs } from "@mantine/core";
import { useState } from "react";

import type { ActivityKind } from "../api/types";
import type { Named } from "../app/dialogs";
import { useSession } from "../app/session";
import { log, type Logged } from "./log";
import { KINDS, LogForm } from "./LogForms";
import classes from "./QuickLog.module.css";

export function QuickLog({ about }: { about: Named }) {
  const { user } = useSession();
  const [kind, setKind] = useState<ActivityKind>("note");
  const [round, setRound] = useState(0);
  const send = (entry: Logged) => {
    log(entry, [about], user.id);
    setRound((before) => before + 1);
  };
  return (
    <div className={classes.log} data-testid="quick-log">
      <Tabs value={kind} onChange={(value) => setKind(value as ActivityKind)} keepMounted={false}>
        <Tabs.List aria-label="Log an activity">
          {KINDS.map(({ kind: value, label, icon: Shape }) => (
            <Tabs.Tab key={value} value={value} leftSection={<Shape size={14} />} data-testid={`tab-${value}`}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {KINDS.map(({ kind: value }) => (
          <Tabs.Panel key={value} value={value} className={classes.panel}>
            <LogForm key={round} kind={value} onLog={send} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}
