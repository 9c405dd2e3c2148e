// One import or undo.
import { ActionIcon, Anchor } from "@mantine/core";
import { Link, useParams } from "react-router";

import { ChevronLeftIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import classes from "./Imports.module.css";
import { JobView } from "./JobView";

export default function JobPage() {
  const { id = "" } = useParams();
  return (
    <Page
      title="Import"
      width={1080}
      heading={
        <div className={classes.crumbs}>
          <ActionIcon component={Link} to="/imports" aria-label="All imports">
            <ChevronLeftIcon size={17} />
          </ActionIcon>
          <Anchor component={Link} to="/imports" className={classes.crumb}>
            Imports
          </Anchor>
        </div>
      }
    >
      <JobView key={id} id={id} />
    </Page>
  );
}
