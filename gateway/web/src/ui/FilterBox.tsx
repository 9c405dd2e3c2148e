// One line for the filter language. Plain words search names; a mistake is shown under the line, at its place,
// with the server's hint. The fields that can be used come from the server's own description.
import { ActionIcon, Loader, Popover, ScrollArea, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { schema } from "../api/client";
import { asProblem } from "../api/problem";
import { filterFault } from "./filter";
import classes from "./FilterBox.module.css";
import { CloseIcon, FilterIcon, InfoIcon } from "./icons";

interface FilterBoxProps {
  resource: string;
  value: string;
  onApply: (filter: string) => void;
  error?: unknown;
  /** How many characters the screen put before the typed text, so that a position can be translated. */
  offset?: number;
  placeholder?: string;
}

export function FilterBox({ resource, value, onApply, error, offset = 0, placeholder }: FilterBoxProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const fault = error ? filterFault(asProblem(error)) : null;
  const at = fault?.position === null || fault?.position === undefined ? null : fault.position - offset;
  return (
    <form
      className={classes.form}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(text.trim());
      }}
    >
      <TextInput
        size="xs"
        className={classes.input}
        aria-label="Filter"
        placeholder={placeholder ?? "Name, or a filter such as amount >= 50000"}
        leftSection={<FilterIcon size={15} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? "filter-fault" : undefined}
        data-invalid={fault ? true : undefined}
        data-testid="filter"
        rightSectionWidth={text ? 58 : 34}
        rightSection={
          <span className={classes.right}>
            {text && (
              <ActionIcon
                size="sm"
                aria-label="Clear filter"
                onClick={() => {
                  setText("");
                  onApply("");
                }}
              >
                <CloseIcon size={14} />
              </ActionIcon>
            )}
            <Help resource={resource} onPick={(field) => setText((before) => (before ? `${before.trim()} AND ${field} ` : `${field} `))} />
          </span>
        }
      />
      {fault && (
        <div className={classes.fault} id="filter-fault" role="alert" data-testid="filter-fault">
          {at !== null && at >= 0 && at <= value.length && (
            <code className={classes.where}>
              {value.slice(0, at)}
              <mark>{value.slice(at).match(/^\S+|^\s/)?.[0] ?? "\u00a0"}</mark>
              {value.slice(at + (value.slice(at).match(/^\S+|^\s/)?.[0].length ?? 0))}
            </code>
          )}
          <span>
            {fault.message}
            {/[.!?]$/.test(fault.message) ? "" : "."}
            {fault.hint && fault.hint !== fault.message ? ` ${fault.hint}` : ""}
          </span>
        </div>
      )}
    </form>
  );
}

const EXAMPLES = ['name ~ "acme"', "amount >= 50000", "owner_id = me", 'tags:"vip"', "created_at > now - 30d", "account_id = null"];

function Help({ resource, onPick }: { resource: string; onPick: (field: string) => void }) {
  const [opened, setOpened] = useState(false);
  const fields = useQuery({
    queryKey: ["schema", resource],
    queryFn: () => schema(resource),
    enabled: opened,
    staleTime: Infinity,
    retry: false,
  });
  return (
    <Popover opened={opened} onChange={setOpened} width={320} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon size="sm" aria-label="How to filter" onClick={() => setOpened((before) => !before)}>
          <InfoIcon size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Text size="sm" fw={600} mb={4}>
          Filter
        </Text>
        <Text size="xs" c="dimmed" mb={6}>
          Join with AND, OR, NOT and brackets. Press Enter to apply.
        </Text>
        <div className={classes.examples}>
          {EXAMPLES.map((each) => (
            <code key={each}>{each}</code>
          ))}
        </div>
        {fields.isFetching && <Loader size="xs" mt="sm" />}
        {fields.data && (
          <>
            <Text size="xs" fw={600} mt="sm" mb={4}>
              Fields
            </Text>
            <ScrollArea.Autosize mah={220} type="auto">
              <div className={classes.fields}>
                {fields.data.fields.map((field) => (
                  <button
                    type="button"
                    key={field.name}
                    title={field.enum?.join(", ") ?? field.type}
                    onClick={() => {
                      onPick(field.name);
                      setOpened(false);
                    }}
                  >
                    {field.name}
                  </button>
                ))}
              </div>
            </ScrollArea.Autosize>
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
