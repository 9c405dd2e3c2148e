// Whether what is on screen is live and whether changes can be saved, said plainly.
import { Tooltip } from "@mantine/core";

import type { Part } from "../api/availability";
import { WarningIcon } from "../ui/icons";
import classes from "./Connection.module.css";
import { useConnection, type Connection } from "./liveUpdates";

const WHAT: Record<Part, string> = {
  broker: "Everything",
  gateway: "Everything",
  contacts: "Accounts, contacts and leads",
  deals: "Deals",
  activities: "Activities",
  automation: "Workflows",
  reporting: "Reports and live updates",
};

/** The sentence for the banner, or null when all parts answer. */
function trouble({ missing }: Connection): string | null {
  if (missing.size === 0) return null;
  if (missing.has("gateway")) return "Rapport cannot be reached: your changes are not being saved";
  if (missing.has("broker") || missing.size > 2) return "Broker unavailable: your changes are not being saved";
  const parts = [...missing].map((part) => WHAT[part]).join(" and ");
  if (missing.size === 1 && missing.has("reporting")) return "Reports are not available at the moment";
  return `${parts} cannot be reached: changes there are not being saved`;
}

export function Banner() {
  const text = trouble(useConnection());
  return (
    <div role="status" aria-live="polite">
      {text && (
        <div className={classes.banner} data-testid="unavailable">
          <WarningIcon size={16} /> {text}
        </div>
      )}
    </div>
  );
}

export function ConnectionState() {
  const connection = useConnection();
  const down = connection.missing.size > 0;
  const live = connection.feed === "live" && !down;
  const label = down ? "Not saving" : live ? "Live" : connection.feed === "connecting" ? "Connecting" : "Reconnecting";
  const why = down
    ? trouble(connection)
    : live
      ? "Changes made elsewhere appear here at once"
      : "Changes made elsewhere appear when the connection is back";
  return (
    <Tooltip label={why} position="right">
      <div className={classes.state} data-state={down ? "down" : live ? "live" : "waiting"} data-testid="connection">
        <span className={classes.dot} />
        {label}
      </div>
    </Tooltip>
  );
}
