// The second step: what each file holds, and what each column is.
import { Alert, Button, Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { imports } from "../../api/client";
import type { MappingTable, UploadedFile } from "../../api/types";
import { keys } from "../../app/queryClient";
import { count } from "../../ui/format";
import { ArrowRightIcon, CheckIcon, FileIcon, WarningIcon } from "../../ui/icons";
import { ColumnRow } from "./ColumnRow";
import { Constants } from "./Constants";
import { fieldLabel, objectLabel, understood } from "./fields";
import { applied, asObject, obstacles, withColumn, withConstants, withField } from "./mapping";
import { Matching } from "./Matching";
import type { StepProps } from "./Steps";
import classes from "./Wizard.module.css";

const GUESSED = "guessed";

export function ColumnsStep({ upload, objects, draft, setDraft, go, isRich }: StepProps) {
  const saved = useQuery({ queryKey: keys.mappings, queryFn: imports.mappings, staleTime: 30_000 });
  const { mapping } = draft;
  const change = (place: number, table: MappingTable) =>
    setDraft((before) => ({
      ...before,
      mapping: { ...before.mapping, tables: before.mapping.tables.map((each, index) => (index === place ? table : each)) },
    }));
  const found = isRich
    ? []
    : mapping.tables.flatMap((table, place) => {
        const object = objects.find((each) => each.name === table.object);
        return obstacles(table, place, object, (name) => fieldLabel(table.object, name));
      });
  const start = (id: string) => {
    const chosen = saved.data?.data.find((each) => each.id === id);
    setDraft((before) => ({
      ...before,
      savedId: chosen?.id ?? null,
      mapping: chosen ? applied(chosen.mapping, upload.files, upload.suggestion) : upload.suggestion,
    }));
  };

  return (
    <>
      {saved.data && saved.data.data.length > 0 && (
        <Select
          className={classes.saved}
          label="Start from"
          allowDeselect={false}
          data={[
            { value: GUESSED, label: "What Rapport recognised" },
            ...saved.data.data.map((each) => ({ value: each.id, label: each.is_builtin ? `${each.name} (comes with Rapport)` : each.name })),
          ]}
          value={draft.savedId ?? GUESSED}
          onChange={(id) => id && start(id)}
          data-testid="saved-mapping"
        />
      )}
      {isRich ? (
        <Alert icon={<CheckIcon />} title="This saved mapping is used as it is" data-testid="rich-mapping">
          {saved.data?.data.find((each) => each.id === draft.savedId)?.description ??
            "It does more with the files than can be shown here. The preview shows what comes of it."}
        </Alert>
      ) : (
        mapping.tables.map((table, place) => (
          <FileTable
            key={`${place}-${table.file}`}
            file={upload.files.find((file) => file.name === table.file) ?? upload.files[place]}
            table={table}
            objects={objects}
            strange={draft.strange}
            onChange={(next) => change(place, next)}
          />
        ))
      )}
      {found.length > 0 && (
        <Alert color="yellow" icon={<WarningIcon />} title="Not quite ready" role="status" data-testid="obstacles">
          <ul className={classes.plain}>
            {found.map(({ table, text }) => (
              <li key={`${table}${text}`}>
                {mapping.tables.length > 1 && <strong>{mapping.tables[table]?.file}: </strong>}
                {text}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <Group justify="flex-end">
        <Button rightSection={<ArrowRightIcon size={15} />} disabled={found.length > 0} onClick={() => go("preview")} data-testid="to-preview">
          Preview
        </Button>
      </Group>
    </>
  );
}

interface FileTableProps {
  file: UploadedFile | undefined;
  table: MappingTable;
  objects: StepProps["objects"];
  strange: Record<string, string[]>;
  onChange: (table: MappingTable) => void;
}

function FileTable({ file, table, objects, strange, onChange }: FileTableProps) {
  const object = objects.find((each) => each.name === table.object);
  const taken = new Map(table.columns.filter((column) => column.field).map((column) => [column.field!, column.column]));
  return (
    <section className={classes.card} aria-label={file?.name ?? "File"} data-testid={`file-${file?.index ?? 0}`}>
      <header className={classes.fileHead}>
        <div className={classes.fileName}>
          <FileIcon size={17} />
          <div>
            <h2 className={`${classes.heading} clip`}>{file?.name ?? table.file}</h2>
            {file && (
              <p className={`${classes.faint} num`} data-testid="understood">
                {understood(file)}
                {file.rows !== null && ` · ${count(file.rows)} ${file.rows === 1 ? "row" : "rows"}`} · {count(file.columns.length)} columns
              </p>
            )}
          </div>
        </div>
        <Select
          label="What each row is"
          allowDeselect={false}
          w={260}
          data={objects.map(({ name }) => ({ value: name, label: objectLabel(name) }))}
          value={table.object}
          onChange={(name) => {
            const next = objects.find((each) => each.name === name);
            if (next) onChange(asObject(table, next));
          }}
          data-testid="object"
        />
      </header>
      <div className={classes.columns} role="group" aria-label="Columns">
        <div className={classes.columnsHead} aria-hidden="true">
          <span>Column of the file</span>
          <span>Becomes</span>
          <span />
        </div>
        {table.columns.map((column, index) => (
          <ColumnRow
            key={column.column}
            column={column}
            seen={file?.columns.find((each) => each.name === column.column)}
            object={object}
            taken={taken}
            strange={strange[column.column] ?? []}
            onField={(field) => onChange(withField(table, index, field, object))}
            onChange={(part) => onChange(withColumn(table, index, part))}
          />
        ))}
      </div>
      <Constants table={table} object={object} onChange={(constants) => onChange(withConstants(table, constants, object))} />
      <Matching table={table} object={object} onChange={onChange} />
    </section>
  );
}
