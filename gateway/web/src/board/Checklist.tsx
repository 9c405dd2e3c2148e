// First steps for a new workspace, until they are done or put away. Remembered in this browser only.
import { ActionIcon } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import { CloseIcon } from "../ui/icons";
import classes from "./Checklist.module.css";

const PUT_AWAY = "rapport-first-steps";

const STEPS: { label: string; to?: string; external?: boolean }[] = [
  { label: "Drag a deal to its next stage" },
  { label: "Open a contact", to: "/contacts" },
  { label: "Import your CSV", to: "/imports/new" },
  { label: "Switch on a workflow", to: "/workflows" },
  { label: "Read the API", to: "/docs", external: true },
];

export function Checklist() {
  const [shown, setShown] = useState(() => localStorage.getItem(PUT_AWAY) === null);
  if (!shown) return null;
  return (
    <aside className={classes.steps} aria-label="First steps" data-testid="first-steps">
      <strong>First steps</strong>
      <ol className={classes.list}>
        {STEPS.map(({ label, to, external }) => (
          <li key={label}>
            {to && external ? (
              <a className="link" href={to} target="_blank" rel="noreferrer">
                {label}
              </a>
            ) : to ? (
              <Link className="link" to={to}>
                {label}
              </Link>
            ) : (
              label
            )}
          </li>
        ))}
      </ol>
      <ActionIcon
        size="sm"
        aria-label="Put the first steps away"
        onClick={() => {
          localStorage.setItem(PUT_AWAY, "1");
          setShown(false);
        }}
      >
        <CloseIcon size={14} />
      </ActionIcon>
    </aside>
  );
}
