// Choose a record by typing a part of its name.
import { Loader, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { list } from "../api/client";
import { quote } from "../ui/filter";
import { useRecordName } from "./names";

interface RecordSelectProps {
  resource: "accounts" | "contacts" | "leads" | "products" | "deals";
  value: string | null;
  onChange: (id: string | null) => void;
  label?: string;
  placeholder?: string;
  autoFocus?: boolean;
  size?: string;
  error?: string;
  "aria-label"?: string;
  "data-testid"?: string;
}

export function RecordSelect({ resource, value, onChange, placeholder, ...rest }: RecordSelectProps) {
  const [text, setText] = useState("");
  const [settled] = useDebouncedValue(text.trim(), 180);
  const current = useRecordName(value);
  const wanted = current === settled ? "" : settled;
  const found = useQuery({
    queryKey: ["choices", resource, wanted],
    queryFn: ({ signal }) =>
      list(resource, { filter: wanted ? `name ~ ${quote(wanted)}` : undefined, sort: "name", limit: 20 }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const choices = (found.data?.data ?? []).map((record) => ({ value: record.id, label: record.name }));
  if (value && !choices.some((each) => each.value === value)) choices.unshift({ value, label: current ?? "…" });
  return (
    <Select
      {...rest}
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Clear" }}
      placeholder={placeholder ?? "Type a name"}
      data={choices}
      value={value}
      onChange={onChange}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? "Searching" : "Nothing has that name"}
      rightSection={found.isFetching && wanted ? <Loader size={14} /> : undefined}
    />
  );
}
