import { Select, type SelectProps } from "@mantine/core";

import { usePeople } from "../app/directory";
import { useSession } from "../app/session";
import { UserIcon } from "./icons";

type Props = Omit<SelectProps, "data">;

/** Choose a person; the one signed in comes first. */
export function PersonSelect(props: Props) {
  const { all } = usePeople();
  const me = useSession().user;
  const others = all.filter((user) => user.id !== me.id && (user.is_active || user.id === props.value));
  const data = [{ value: me.id, label: `${me.name} (you)` }, ...others.map((user) => ({ value: user.id, label: user.name }))];
  return (
    <Select
      searchable
      clearable
      nothingFoundMessage="Nobody has that name"
      leftSection={<UserIcon size={15} />}
      clearButtonProps={{ "aria-label": "Clear" }}
      {...props}
      data={data}
    />
  );
}
