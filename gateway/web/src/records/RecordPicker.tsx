// Choose one record of any kind by a few letters, with the search that the palette has.
import { Loader, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { search } from "../api/client";
import type { Named } from "../app/dialogs";
import { useRecent } from "../app/recent";
import { useSession } from "../app/session";
import { words } from "../ui/format";
import { SearchIcon } from "../ui/icons";

const TYPES = "accounts,contacts,leads,deals";

interface RecordPickerProps {
  label: string;
  value: Named | null;
  onChange: (record: Named | null) => void;
  focus?: boolean;
}

export function RecordPicker({ label, value, onChange, focus }: RecordPickerProps) {
  const { user } = useSession();
  const recent = useRecent(user.id);
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), 140);
  const wanted = value?.name === settled ? "" : settled;
  const hits = useQuery({
    queryKey: ["search", wanted, TYPES],
    queryFn: ({ signal }) => search(wanted, { types: TYPES, signal }),
    enabled: wanted.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const choices = useMemo(() => {
    const found = wanted
      ? (hits.data?.data ?? []).map((hit) => ({ value: hit.id, label: hit.label, detail: [words(hit.type), hit.detail].filter(Boolean).join(" · ") }))
      : recent.map((row) => ({ value: row.id, label: row.label, detail: words(row.type) }));
    if (value && !found.some((row) => row.value === value.id)) found.unshift({ value: value.id, label: value.name, detail: "" });
    return found;
  }, [wanted, hits.data, recent, value]);
  return (
    <Select
      label={label}
      searchable
      required
      placeholder="Type a part of a name"
      leftSection={<SearchIcon size={15} />}
      data={choices}
      value={value?.id ?? null}
      onChange={(id) => {
        const chosen = choices.find((row) => row.value === id);
        onChange(chosen ? { id: chosen.value, name: chosen.label } : null);
      }}
      onSearchChange={setText}
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const row = choices.find((each) => each.value === option.value);
        return (
          <span style={{ display: "flex", gap: 8, width: "100%", minWidth: 0 }}>
            <span className="clip">{option.label}</span>
            <span className="clip" style={{ marginLeft: "auto", color: "var(--r-muted)", fontSize: "0.8125rem" }}>
              {row?.detail}
            </span>
          </span>
        );
      }}
      nothingFoundMessage={!wanted ? "Type a part of a name, an address or a number" : hits.isFetching || wanted !== text.trim() ? "Searching" : "Nothing fits"}
      rightSection={hits.isFetching && wanted ? <Loader size={14} /> : undefined}
      comboboxProps={{ withinPortal: true }}
      data-autofocus={focus || undefined}
      data-testid="about"
    />
  );
}
