// What happens to rows of records that are here already, in plain words.
import { Radio, Select } from "@mantine/core";

import type { ImportMode, ImportObject, MappingTable } from "../../api/types";
import { InfoIcon } from "../../ui/icons";
import { called, fieldLabel } from "./fields";
import { usableKeys } from "./mapping";
import classes from "./Wizard.module.css";

interface MatchingProps {
  table: MappingTable;
  object: ImportObject | undefined;
  onChange: (table: MappingTable) => void;
}

export function Matching({ table, object, onChange }: MatchingProps) {
  const keys = usableKeys(table, object);
  const { one, many } = called(table.object);
  const label = (key: string) => fieldLabel(table.object, key).toLowerCase();
  if (keys.length === 0) {
    const possible = (object?.keys ?? []).map((key) => fieldLabel(table.object, key));
    return (
      <p className={classes.note} data-testid="no-key">
        <InfoIcon size={14} />
        <span>
          Each row becomes a new {one}, unless the very same row came in before: no column says which {many} are here already.
          {possible.length > 0 && ` To update instead, choose the column for ${possible.join(" or ")}.`}
        </span>
      </p>
    );
  }
  const key = table.key ?? keys[0]!;
  const by = label(key);
  const choices: { mode: ImportMode; label: string; hint: string }[] = [
    { mode: "upsert", label: `Update ${many} we already know, and add the others`, hint: `A row with the ${by} of a ${one} that is here changes it.` },
    { mode: "create", label: "Only add new ones", hint: `A row with the ${by} of a ${one} that is here is skipped.` },
    { mode: "update", label: `Only update ${many} we already know`, hint: `A row whose ${by} is not here is skipped.` },
  ];
  return (
    <div className={classes.matching}>
      <Radio.Group
        label={`${many.charAt(0).toUpperCase()}${many.slice(1)} that are here already`}
        value={table.mode}
        onChange={(mode) => onChange({ ...table, mode: mode as ImportMode, key })}
      >
        <div className={classes.modes}>
          {choices.map(({ mode, label: text, hint }) => (
            <Radio key={mode} value={mode} label={text} description={hint.replace(/\ba (?=[aeiou])/g, "an ")} data-testid={`mode-${mode}`} />
          ))}
        </div>
      </Radio.Group>
      <Select
        label={`A ${one} is known by its`.replace(/^A (?=[aeiou])/, "An ")}
        w={220}
        allowDeselect={false}
        data={keys.map((each) => ({ value: each, label: fieldLabel(table.object, each) }))}
        value={key}
        onChange={(next) => next && onChange({ ...table, key: next })}
        data-testid="key"
      />
    </div>
  );
}
