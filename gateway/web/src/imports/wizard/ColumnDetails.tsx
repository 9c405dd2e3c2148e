// How the cells of a column are written: dates, numbers and money, words for choices, names of other records.
import { Checkbox, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import type { ImportField, MappingColumn } from "../../api/types";
import { usePipelines } from "../../app/directory";
import { useSession } from "../../app/session";
import { words } from "../../ui/format";
import { called, DATE_FORMATS, joinFormat, NUMBER_FORMATS, splitFormat, UNITS } from "./fields";
import classes from "./Wizard.module.css";

const AUTO = "auto";
const DATES = ["day", "instant"];
const NUMBERS = ["money", "number", "whole"];

const isChoice = (field: ImportField) => field.choices.length > 0 || field.name === "stage";
const isLink = (field: ImportField) => field.links_to === "accounts" && !field.is_list;

export function hasDetails(field: ImportField): boolean {
  return DATES.includes(field.type) || NUMBERS.includes(field.type) || isChoice(field) || isLink(field);
}

/** What is set, for the line of the column. */
export function summary(field: ImportField, column: MappingColumn): string | null {
  if (isChoice(field)) {
    const given = Object.values(column.values ?? {}).filter((value) => value !== null).length;
    return given > 0 ? `${given} ${given === 1 ? "value" : "values"} translated` : "What the values mean";
  }
  if (isLink(field)) return column.link?.create ? "Missing ones are added" : "If one is missing";
  if (NUMBERS.includes(field.type)) return [column.format, column.currency].filter(Boolean).join(", ") || null;
  const date = DATE_FORMATS.find((each) => each.value === column.format);
  return date ? date.label.replace(/ \(.*/, "") : column.format && column.format !== AUTO ? column.format : null;
}

interface DetailsProps {
  column: MappingColumn;
  field: ImportField;
  object: string;
  samples: string[];
  strange: string[];
  onChange: (part: Partial<MappingColumn>) => void;
}

export function ColumnDetails(props: DetailsProps) {
  const { field } = props;
  if (DATES.includes(field.type)) return <Dates {...props} />;
  if (NUMBERS.includes(field.type)) return <Numbers {...props} />;
  if (isChoice(field)) return <Values {...props} />;
  return <Linked {...props} />;
}

function Dates({ column, onChange }: DetailsProps) {
  const known = DATE_FORMATS.some((each) => each.value === column.format);
  const others = column.format && column.format !== AUTO && !known ? [{ value: column.format, label: column.format }] : [];
  return (
    <Select
      size="xs"
      label="Dates are written like"
      w={280}
      allowDeselect={false}
      data={[{ value: AUTO, label: "Recognise by itself" }, ...DATE_FORMATS, ...others]}
      value={column.format ?? AUTO}
      onChange={(value) => onChange({ format: value === AUTO ? null : value })}
      data-testid={`format-of-${column.column}`}
    />
  );
}

function Numbers({ column, field, onChange }: DetailsProps) {
  const { workspace } = useSession();
  const { style, unit, others } = splitFormat(column.format === AUTO ? null : column.format);
  return (
    <>
      <Select
        size="xs"
        label="Numbers are written like"
        w={200}
        allowDeselect={false}
        data={[{ value: AUTO, label: "Recognise by itself" }, ...NUMBER_FORMATS]}
        value={style ?? AUTO}
        onChange={(value) => onChange({ format: joinFormat(value === AUTO ? null : value, unit, others) })}
        data-testid={`format-of-${column.column}`}
      />
      <Select
        size="xs"
        label="Unit"
        w={150}
        allowDeselect={false}
        data={[{ value: AUTO, label: "as it is" }, ...UNITS]}
        value={unit ?? AUTO}
        onChange={(value) => onChange({ format: joinFormat(style, value === AUTO ? null : value, others) })}
      />
      {field.type === "money" && (
        <TextInput
          size="xs"
          label="Currency, where a cell names none"
          w={220}
          placeholder={workspace.currency}
          maxLength={3}
          value={column.currency ?? ""}
          onChange={(event) => onChange({ currency: event.currentTarget.value.toUpperCase() || null })}
        />
      )}
    </>
  );
}

const plain = (text: string) => text.toLowerCase().replace(/[\W_]+/g, "");

/** The words of the file and what each means here. */
function Values({ column, field, samples, strange, onChange }: DetailsProps) {
  const pipelines = usePipelines();
  const [another, setAnother] = useState("");
  const stages = field.name === "stage" ? [...new Set((pipelines.data ?? []).flatMap((each) => each.stages.map((stage) => stage.name)))] : [];
  const choices = field.choices.length > 0 ? field.choices : stages;
  const given = column.values ?? {};
  // The server compares without regard to case.
  const byWord = new Map([...Object.keys(given), ...samples, ...strange].map((word) => [word.trim().toLowerCase(), word]));
  const set = (word: string, value: string | null) => {
    const others = Object.entries(given).filter(([each]) => each.trim().toLowerCase() !== word.trim().toLowerCase());
    onChange({ values: Object.fromEntries(value === null ? others : [...others, [word, value]]) });
  };
  return (
    <div className={classes.values} role="group" aria-label={`Values of ${column.column}`}>
      {[...byWord.values()].map((word) => {
        const same = choices.find((choice) => plain(choice) === plain(word));
        const now = Object.entries(given).find(([each]) => each.trim().toLowerCase() === word.trim().toLowerCase())?.[1] ?? null;
        return (
          <div key={word} className={classes.value}>
            <span className="clip" title={word}>
              {word}
            </span>
            <span aria-hidden="true" className={classes.faint}>
              →
            </span>
            <Select
              size="xs"
              aria-label={`${word} means`}
              searchable
              selectFirstOptionOnChange
              clearable
              clearButtonProps={{ "aria-label": `Take ${word} as it is written` }}
              placeholder={same ? `${field.name === "stage" ? same : words(same)} (same word)` : "Choose what it means"}
              error={!same && !now && strange.includes(word) ? true : undefined}
              data={choices.map((choice) => ({ value: choice, label: field.name === "stage" ? choice : words(choice) }))}
              value={now}
              onChange={(value) => set(word, value)}
              data-testid={`value-${word}`}
            />
          </div>
        );
      })}
      <div className={classes.value}>
        <TextInput
          size="xs"
          aria-label={`Another value of ${column.column}`}
          placeholder="Another value of the file"
          value={another}
          onChange={(event) => setAnother(event.currentTarget.value)}
        />
        <span aria-hidden="true" className={classes.faint}>
          →
        </span>
        <Select
          size="xs"
          aria-label="It means"
          searchable
          selectFirstOptionOnChange
          disabled={!another.trim()}
          placeholder="Choose what it means"
          data={choices.map((choice) => ({ value: choice, label: field.name === "stage" ? choice : words(choice) }))}
          value={null}
          onChange={(value) => {
            if (!value) return;
            set(another.trim(), value);
            setAnother("");
          }}
        />
      </div>
    </div>
  );
}

function Linked({ column, field, onChange }: DetailsProps) {
  const { one, many } = called(field.links_to ?? "");
  return (
    <Checkbox
      size="sm"
      label={`Add ${many} that are not here yet`}
      description={`Otherwise a row that names an unknown ${one} does not come in.`}
      checked={Boolean(column.link?.create)}
      onChange={(event) => onChange({ link: event.currentTarget.checked ? { ...column.link, create: true } : null })}
      data-testid={`create-for-${column.column}`}
    />
  );
}
