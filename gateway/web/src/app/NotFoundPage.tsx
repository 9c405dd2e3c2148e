import { Button } from "@mantine/core";
import { Link } from "react-router";

import { Empty } from "../ui/Empty";
import { SearchIcon } from "../ui/icons";
import { Page } from "../ui/Page";

export default function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty icon={SearchIcon} title="There is no page here" action={<Button component={Link} to="/board">Go to the board</Button>}>
        The address may be mistyped, or the page has moved. Search with Ctrl+K to find a record.
      </Empty>
    </Page>
  );
}
