import { Tooltip } from "@mantine/core";

import type { BoardStage } from "../api/types";
import { count, money } from "../ui/format";
import classes from "./Column.module.css";

/** Sums in full, for a tooltip and for a screen reader. */
function sumsInWords(stage: BoardStage): string {
  const missing = stage.rows_without_amount;
  return (
    `Total ${money(stage.total)}, weighted ${money(stage.weighted)} (${stage.probability} % unless a deal says otherwise)` +
    (missing > 0 ? `; ${count(missing)} ${missing === 1 ? "deal has" : "deals have"} no amount` : "")
  );
}

/** Total and weighted total of a stage, and how many deals are in neither because they have no amount. */
export function Sums({ stage, anyMissing }: { stage: BoardStage; anyMissing: boolean }) {
  return (
    <Tooltip label={sumsInWords(stage)}>
      <div className={`${classes.sums} num`} data-testid={`sums-${stage.id}`}>
        {stage.total && <strong>{money(stage.total, true)}</strong>}
        {stage.kind === "open" && stage.weighted && Number(stage.weighted.amount) !== 0 && <span>{money(stage.weighted, true)} weighted</span>}
        {anyMissing && (
          <span className={classes.missing}>{stage.rows_without_amount > 0 ? `${count(stage.rows_without_amount)} without amount` : ""}</span>
        )}
      </div>
    </Tooltip>
  );
}
