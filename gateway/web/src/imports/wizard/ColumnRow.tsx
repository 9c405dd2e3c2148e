// One column: its name and samples, the field it becomes, how sure that is, and how its cells are written.
import { Button, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId } from "react";

import type { ImportObject, MappingColumn, UploadColumn } from "../../api/types";
import { CheckIcon, ChevronRightIcon, CloseIcon, PencilIcon, CircleIcon, WarningIcon, type Icon } from "../../ui/icons";
import { ColumnDetails, hasDetails, summary } from "./ColumnDetails";
import { fieldLabel } from "./fields";
import { fieldOf } from "./mapping";
import classes from "./Wizard.module.css";

const LEFT_OUT = "(left out)";

interface Certainty {
  key: string;
  label: string;
  icon: Icon;
}

/** How sure a guess is, in words and as a shape. */
export function certainty(column: MappingColumn): Certainty {
  if (!column.field) return { key: "out", label: "Left out", icon: CloseIcon };
  const sure = column.confidence;
  if (sure === null || sure === undefined) return { key: "chosen", label: "Your choice", icon: PencilIcon };
  if (sure >= 0.85) return { key: "sure", label: "Sure", icon: CheckIcon };
  if (sure >= 0.65) return { key: "likely", label: "Likely", icon: CircleIcon };
  return { key: "unsure", label: "Please check", icon: WarningIcon };
}

interface ColumnRowProps {
  column: MappingColumn;
  seen: UploadColumn | undefined;
  object: ImportObject | undefined;
  /** The fields that columns have already, and which column has each. */
  taken: Map<string, string>;
  strange: string[];
  onField: (field: string | null) => void;
  onChange: (part: Partial<MappingColumn>) => void;
}

export function ColumnRow({ column, seen, object, taken, strange, onField, onChange }: ColumnRowProps) {
  const field = fieldOf(object, column.field);
  const [open, { toggle }] = useDisclosure(strange.length > 0);
  const id = useId();
  const { key, label, icon: Shape } = certainty(column);
  const name = object?.name ?? "";
  const options = (object?.fields ?? []).map((each) => ({
    value: each.name,
    label: fieldLabel(name, each.name) + (taken.has(each.name) && each.name !== column.field && !each.is_list ? ` (is “${taken.get(each.name)}”)` : ""),
  }));
  options.sort((a, b) => a.label.localeCompare(b.label));
  const samples = (seen?.samples ?? []).slice(0, 3);
  const detailed = field !== undefined && hasDetails(field);
  const said = field ? summary(field, column) : null;
  return (
    <div className={classes.column} data-out={!column.field || undefined} data-testid={`column-${column.column}`}>
      <div className={classes.columnName}>
        <strong className="clip" title={column.column}>
          {column.column}
        </strong>
        <span className={`${classes.samples} clip`} title={samples.join(" · ")}>
          {samples.length > 0 ? samples.join(" · ") : "empty"}
        </span>
      </div>
      <div className={classes.columnField}>
        <Select
          aria-label={`${column.column} becomes`}
          aria-describedby={`${id}-sure`}
          searchable
          selectFirstOptionOnChange
          allowDeselect={false}
          nothingFoundMessage="No field is called that"
          data={[{ value: LEFT_OUT, label: "Leave this column out" }, ...options]}
          value={column.field ?? LEFT_OUT}
          onChange={(value) => value && onField(value === LEFT_OUT ? null : value)}
          data-testid={`field-of-${column.column}`}
        />
      </div>
      <span className={classes.certainty} id={`${id}-sure`} data-certainty={key} data-testid={`certainty-${column.column}`}>
        <Shape size={13} />
        {label}
      </span>
      <div className={classes.columnMore}>
        {detailed && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            aria-expanded={open}
            aria-controls={`${id}-details`}
            onClick={toggle}
            rightSection={<ChevronRightIcon size={12} style={{ transform: open ? "rotate(90deg)" : undefined }} />}
            data-testid={`details-of-${column.column}`}
          >
            {said ?? "How it is written"}
          </Button>
        )}
      </div>
      {detailed && open && (
        <div className={classes.details} id={`${id}-details`}>
          <ColumnDetails column={column} field={field} object={name} samples={seen?.samples ?? []} strange={strange} onChange={onChange} />
        </div>
      )}
    </div>
  );
}
