// Choosing what to import.
import { ActionIcon, Button, Group, Select, Stack, Switch, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { useNavigate } from "react-router";

import { jobs } from "../api/client";
import { keys, queryClient } from "../app/queryClient";
import { CloseIcon, FileIcon, ImportIcon } from "../ui/icons";
import { ProblemNotice } from "../ui/Problem";
import classes from "./Imports.module.css";

const PROFILES = [
  {
    value: "crm-sales",
    label: "CRM sales (accounts, products, sales teams, sales pipeline)",
    hint: "Takes accounts.csv, products.csv, sales_teams.csv and sales_pipeline.csv. Corrects known misspellings and says which; a second run changes nothing.",
  },
];

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function StartImport() {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<File[]>([]);
  const [profile, setProfile] = useState(PROFILES[0]!.value);
  const [dryRun, setDryRun] = useState(false);
  const [over, setOver] = useState(false);
  const starting = useMutation({
    mutationFn: () => jobs.startImport(files, profile, dryRun),
    onSuccess: (job) => {
      queryClient.setQueryData(keys.job(job.id), job);
      void queryClient.invalidateQueries({ queryKey: keys.jobs });
      navigate(`/imports/${job.id}`);
    },
  });

  const add = (more: Iterable<File>) =>
    setFiles((before) => {
      const byName = new Map(before.map((file) => [file.name, file]));
      for (const file of more) byName.set(file.name, file);
      return [...byName.values()];
    });
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };

  return (
    <section className={classes.card} aria-label="New import">
      <h2 className={classes.heading}>New import</h2>
      <Stack gap="md">
        {starting.error && <ProblemNotice error={starting.error} />}
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
          <ImportIcon size={22} />
          <div>
            <button type="button" className={classes.choose} onClick={() => input.current?.click()}>
              Choose files
            </button>{" "}
            or drop them here
          </div>
          <Text size="xs" c="dimmed">
            CSV, UTF-8; all files of one set together
          </Text>
          <input
            ref={input}
            type="file"
            multiple
            accept=".csv,text/csv"
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
          <ul className={classes.files}>
            {files.map((file) => (
              <li key={file.name}>
                <FileIcon size={15} />
                <span className="clip">{file.name}</span>
                <span className={classes.faint}>{size(file.size)}</span>
                <ActionIcon size="sm" aria-label={`Remove ${file.name}`} onClick={() => setFiles((before) => before.filter((each) => each !== file))}>
                  <CloseIcon size={13} />
                </ActionIcon>
              </li>
            ))}
          </ul>
        )}
        <Select
          label="Profile"
          description={PROFILES.find((each) => each.value === profile)?.hint}
          data={PROFILES}
          value={profile}
          onChange={(value) => value && setProfile(value)}
          allowDeselect={false}
          data-testid="import-profile"
        />
        <Switch
          label="Dry run"
          description="Reads and checks everything, and changes nothing"
          checked={dryRun}
          onChange={(event) => setDryRun(event.currentTarget.checked)}
          data-testid="dry-run"
        />
        <Group>
          <Button disabled={files.length === 0} loading={starting.isPending} onClick={() => starting.mutate()} data-testid="start-import">
            {dryRun ? "Check the files" : "Start the import"}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
