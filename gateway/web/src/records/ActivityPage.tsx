// An activity has no page of its own: its address leads to the record it is about.
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "react-router";

import { get } from "../api/client";
import { Waiting } from "../app/Waiting";
import { TaskIcon } from "../ui/icons";
import { Empty } from "../ui/Empty";
import { Page } from "../ui/Page";
import { ProblemNotice } from "../ui/Problem";
import { addressOf } from "./names";

export default function ActivityPage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery({ queryKey: ["activity", id], queryFn: () => get("activities", id) });
  const address = data?.record_ids.map(addressOf).find(Boolean);
  if (address) return <Navigate to={address} replace />;
  if (data?.kind === "task") return <Navigate to="/tasks" replace />;
  if (!data && !error) return <Waiting />;
  return (
    <Page title={data?.subject ?? "Activity"} width={680}>
      {data ? <Empty icon={TaskIcon} title={data.subject}>{data.body ?? "It is about no record."}</Empty> : <ProblemNotice error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}
