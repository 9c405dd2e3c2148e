// The first step: files, dropped or chosen.
import { ActionIcon, Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { imports } from "../../api/client";
import { keys, queryClient } from "../../app/queryClient";
import { count } from "../../ui/format";
import { ArrowRightIcon, CloseIcon, FileIcon, ImportIcon } from "../../ui/icons";
import { ProblemNotice } from "../../ui/Problem";
import { called, fileSize } from "./fields";
import classes from "./Wizard.module.css";

export function ChooseFiles({ object }: { object: string | null }) {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const input = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<File[]>([]);
  const [over, setOver] = useState(false);
  const sending = useMutation({
    mutationFn: () => imports.upload(files),
    onSuccess: (upload) => {
      queryClient.setQueryData(keys.upload(upload.id), upload);
      navigate({ pathname: `/imports/new/${upload.id}`, search: params.toString() });
    },
  });

  const add = (more: Iterable<File>) => {
    sending.reset();
    setFiles((before) => {
      const byName = new Map(before.map((file) => [file.name, file]));
      for (const file of more) byName.set(file.name, file);
      return [...byName.values()];
    });
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };

  return (
    <section className={classes.card} aria-labelledby="choose-files">
      <div>
        <h2 className={classes.heading} id="choose-files">
          {params.get("like") ? "Choose the corrected file" : object ? `Which file has your ${called(object).many}?` : "Which files do you want to bring in?"}
        </h2>
        <p className={classes.lead}>
          {params.get("like")
            ? "The file with the rows that did not come in, corrected. Its columns are read as last time."
            : "A table from a spreadsheet or from your old CRM. Rapport works out what the columns are; you look it over before anything is written."}
        </p>
      </div>
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <ImportIcon size={24} />
        <span>
          <button type="button" className={classes.choose} onClick={() => input.current?.click()} data-autofocus>
            {files.length > 0 ? "Add more files" : "Choose files"}
          </button>{" "}
          or drop them here
        </span>
        <small>CSV or Excel (.xlsx), one or several. Any language, any separator.</small>
        <input
          ref={input}
          type="file"
          multiple
          accept=".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          hidden
          aria-label="Files to import"
          data-testid="import-files"
          onChange={(event) => {
            add(event.currentTarget.files ?? []);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {files.length > 0 && (
        <ul className={classes.files} aria-label="Chosen files">
          {files.map((file) => (
            <li key={file.name}>
              <FileIcon size={15} />
              <span className="clip">{file.name}</span>
              <span className={`${classes.faint} num`}>{fileSize(file.size)}</span>
              <ActionIcon size="sm" aria-label={`Remove ${file.name}`} onClick={() => setFiles((before) => before.filter((each) => each !== file))}>
                <CloseIcon size={13} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      {sending.error && <ProblemNotice error={sending.error} />}
      <Group justify="space-between" gap="sm">
        <span className={classes.faint} role="status">
          {sending.isPending ? "Sending and reading the files" : files.length > 1 ? `${count(files.length)} files` : ""}
        </span>
        <Button
          rightSection={<ArrowRightIcon size={15} />}
          disabled={files.length === 0}
          loading={sending.isPending}
          onClick={() => sending.mutate()}
          data-testid="upload"
        >
          Continue
        </Button>
      </Group>
    </section>
  );
}
