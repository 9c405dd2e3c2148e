// One record: properties, timeline, what it belongs with. The same page for accounts, contacts, leads and deals.
import { ActionIcon, Alert, Anchor, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";

import { overview, type RecordResource } from "../api/client";
import { hasStatus } from "../api/problem";
import type { Account, Deal, Lead, Overview } from "../api/types";
import { usePeople, usePipelines } from "../app/directory";
import { keys, queryClient } from "../app/queryClient";
import { visited } from "../app/recent";
import { useCanWrite, useSession } from "../app/session";
import { History } from "../ledger/History";
import { stepsFrom, type Steps as StepsFrom } from "../lists/trail";
import { CurlButton } from "../ui/Curl";
import { Empty } from "../ui/Empty";
import { day, money, words } from "../ui/format";
import { ArrowDownIcon, ArrowUpIcon, ChevronLeftIcon, WarningIcon } from "../ui/icons";
import { Page } from "../ui/Page";
import { Person } from "../ui/Person";
import { ProblemNotice } from "../ui/Problem";
import { TakeUpMenu } from "../workflows/TakeUpMenu";
import { Associations } from "./Associations";
import { Contracts } from "./Contracts";
import { DEFINITIONS } from "./definitions";
import { Health } from "./Health";
import { LeadLife } from "./LeadLife";
import { ApprovalNotice, Lines } from "./Lines";
import { Properties } from "./Properties";
import { QuickLog } from "./QuickLog";
import classes from "./RecordPage.module.css";
import { Signals } from "./Signals";
import { StageHistory } from "./StageHistory";
import { StagePath } from "./StagePath";

type Part = "about" | "timeline" | "related";

export default function RecordPage({ resource }: { resource: RecordResource }) {
  const { id = "" } = useParams();
  const definition = DEFINITIONS[resource];
  const navigate = useNavigate();
  const canWrite = useCanWrite();
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const [part, setPart] = useState<Part>("timeline");
  const { user } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: keys.overview(id),
    queryFn: async () => {
      const found = (await overview(resource, id)) as Overview<Deal>;
      // The first page of the timeline came along; what is there already is read again by itself.
      if (found.timeline && !queryClient.getQueryData(keys.timelineOf(id, ""))) {
        queryClient.setQueryData(keys.timelineOf(id, ""), { pages: [found.timeline], pageParams: [null] });
      }
      return found;
    },
  });
  const record = data?.record;
  const name = record?.name;
  useEffect(() => {
    if (name) visited(user.id, { id, type: definition.singular, label: name });
  }, [user.id, id, definition.singular, name]);
  const show = (each: Part) => !narrow || part === each;
  const steps = stepsFrom(id);

  return (
    <Page
      title={record?.name ?? words(definition.singular)}
      body="fill"
      heading={
        <div className={classes.heading}>
          <ActionIcon aria-label="Back" onClick={() => (window.history.length > 1 ? navigate(-1) : navigate(`/${resource}`))}>
            <ChevronLeftIcon size={17} />
          </ActionIcon>
          <div className={classes.titles}>
            <Anchor component={Link} to={steps?.address ?? `/${resource}`} className={classes.crumb}>
              {steps?.label ?? words(definition.plural)}
            </Anchor>
            <span className={classes.slash} aria-hidden="true">
              /
            </span>
            <h1 className={`${classes.title} clip`} data-testid="record-title">
              {record?.name ?? (error ? words(definition.singular) : "")}
            </h1>
          </div>
        </div>
      }
      actions={
        <>
          {record && <Facts resource={resource} overview={data} />}
          {steps && <Steps steps={steps} resource={resource} />}
          {record && <TakeUpMenu noun={definition.singular} id={record.id} />}
          <CurlButton path={`/v1/${resource}/${id}/overview`} />
        </>
      }
    >
      {error && !record ? (
        <div className={classes.notice}>
          {hasStatus(error, 404) || hasStatus(error, 410) ? (
            <Empty icon={definition.icon} title={`This ${definition.singular} is not there`} action={<Anchor component={Link} to={`/${resource}`}>All {definition.plural}</Anchor>}>
              It may have been deleted or merged, or the link is incomplete.
            </Empty>
          ) : (
            <ProblemNotice error={error} onRetry={() => void refetch()} />
          )}
        </div>
      ) : !record ? (
        <Bones />
      ) : (
        <>
          {resource === "deals" && <Path deal={record} />}
          {narrow && (
            <SegmentedControl
              className={classes.parts}
              fullWidth
              aria-label="Part of the record"
              value={part}
              onChange={(value) => setPart(value as Part)}
              data={[
                { value: "about", label: "About" },
                { value: "timeline", label: "Timeline" },
                { value: "related", label: "Related" },
              ]}
            />
          )}
          <div className={classes.columns}>
            {show("about") && (
              <div className={classes.side}>
                <Properties resource={resource} record={record} />
              </div>
            )}
            {show("timeline") && (
              <div className={classes.middle}>
                {data.warnings && data.warnings.length > 0 && (
                  <Alert color="yellow" icon={<WarningIcon />} mb="md" data-testid="missing-parts">
                    Some parts are missing: {data.warnings.map((each) => each.service).join(", ")} cannot be reached.
                  </Alert>
                )}
                {resource === "deals" && <ApprovalNotice deal={record} />}
                {canWrite && <QuickLog key={id} about={{ id, name: record.name }} />}
                <History key={`h${id}`} resource={resource} id={id} />
              </div>
            )}
            {show("related") && (
              <div className={classes.side}>
                <Stack gap={18}>
                  <Associations resource={resource} overview={data} />
                  {resource === "accounts" && <Contracts accountId={id} />}
                  {resource === "accounts" && <Health account={record as unknown as Account} />}
                  {resource === "leads" && <LeadLife lead={record as unknown as Lead} />}
                  {(resource === "leads" || resource === "contacts") && <Signals personId={id} />}
                  {resource === "deals" && <Lines deal={record} />}
                  {resource === "deals" && <StageHistory dealId={id} />}
                </Stack>
              </div>
            )}
          </div>
        </>
      )}
    </Page>
  );
}

/** To the record before and after in the list that this one was opened from; k and j do it as well. */
function Steps({ steps, resource }: { steps: StepsFrom; resource: RecordResource }) {
  const navigate = useNavigate();
  const to = (id: string | null) => id && navigate(`/${resource}/${id}`, { replace: true });
  useHotkeys([
    ["j", () => to(steps.after)],
    ["k", () => to(steps.before)],
  ]);
  return (
    <span className={classes.steps}>
      <ActionIcon aria-label="Previous record" disabled={!steps.before} onClick={() => to(steps.before)} data-testid="previous-record">
        <ArrowUpIcon size={15} />
      </ActionIcon>
      <ActionIcon aria-label="Next record" disabled={!steps.after} onClick={() => to(steps.after)} data-testid="next-record">
        <ArrowDownIcon size={15} />
      </ActionIcon>
      <span className="num" data-testid="place">
        {steps.place} of {steps.of}
      </span>
    </span>
  );
}

function Path({ deal }: { deal: Deal }) {
  const pipeline = usePipelines().data?.find((each) => each.id === deal.pipeline_id);
  return pipeline ? <StagePath deal={deal} pipeline={pipeline} /> : null;
}

/** The few facts one looks for first, beside the title. */
function Facts({ resource, overview: { record } }: { resource: RecordResource; overview: Overview<Deal> }) {
  const people = usePeople();
  return (
    <div className={classes.facts}>
      {resource === "deals" && (
        <>
          <span className={`${classes.amount} num`} data-testid="deal-amount">
            {record.amount ? money(record.amount) : "No amount"}
          </span>
          {record.expected_close_on && record.status === "open" && <span className="num">closes {day(record.expected_close_on)}</span>}
          {record.closed_on && record.status !== "open" && <span className="num">closed {day(record.closed_on)}</span>}
        </>
      )}
      <Person name={people.name(record.owner_id)} />
    </div>
  );
}

function Bones() {
  return (
    <div className={classes.columns} aria-busy="true" aria-label="Loading">
      <div className={classes.side}>
        {Array.from({ length: 9 }, (_, index) => (
          <Skeleton key={index} h={15} mb={18} w={index % 2 ? "70%" : "90%"} />
        ))}
      </div>
      <div className={classes.middle}>
        <Skeleton h={104} mb={20} radius={11} />
        <Skeleton h={64} mb={12} radius={10} />
        <Skeleton h={64} radius={10} />
      </div>
      <div className={classes.side}>
        <Skeleton h={48} mb={18} />
        <Skeleton h={88} />
      </div>
    </div>
  );
}
