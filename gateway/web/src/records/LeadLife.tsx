// How far a lead has come: its score with what made it, the answer of sales to marketing, and its conversion.
import { Anchor, Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";

import { leads } from "../api/client";
import type { Lead } from "../api/types";
import { keys, queryClient } from "../app/queryClient";
import { useCanWrite } from "../app/session";
import { words } from "../ui/format";
import { notifyProblem } from "../ui/Problem";
import { toast } from "../ui/toast";
import { Block } from "./Associations";
import classes from "./Lines.module.css";
import { Score } from "./Score";

export function LeadLife({ lead }: { lead: Lead }) {
  return (
    <>
      <Progress lead={lead} />
      {lead.score !== null && <Score resource="leads" id={lead.id} title={`Score ${lead.score}`} />}
    </>
  );
}

function Progress({ lead }: { lead: Lead }) {
  const canWrite = useCanWrite();
  const acting = useMutation({
    mutationFn: (verb: "convert" | "accept" | "recycle") =>
      verb === "convert" ? leads.convert(lead.id) : leads.answer(lead.id, lead.version, verb),
    onSuccess: (_, verb) => toast(SAID[verb]),
    onError: (error) => notifyProblem(error, "Not done"),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: keys.record(lead.id) });
      void queryClient.invalidateQueries({ queryKey: keys.lists("leads") });
    },
  });
  const converted = lead.status === "converted";
  return (
    <Block title={converted ? "Converted to" : "Stage"}>
      {converted ? (
        <ul className={classes.lines} data-testid="converted-to">
          <li>
            <Anchor component={Link} to={`/accounts/${lead.account_id}`} inherit>
              The account
            </Anchor>
            <Anchor component={Link} to={`/contacts/${lead.contact_id}`} inherit>
              The contact
            </Anchor>
            {lead.deal_id && (
              <Anchor component={Link} to={`/deals/${lead.deal_id}`} inherit>
                The deal
              </Anchor>
            )}
          </li>
        </ul>
      ) : (
        <>
          <p className={classes.none}>{words(lead.lifecycle_stage)}</p>
          {canWrite && (
            <Group gap={6} mt={8}>
              <Button size="compact-sm" loading={acting.isPending} onClick={() => acting.mutate("convert")} data-testid="convert">
                Convert
              </Button>
              {lead.lifecycle_stage === "mql" && (
                <>
                  <Button size="compact-sm" variant="default" onClick={() => acting.mutate("accept")} data-testid="accept-lead">
                    Accept
                  </Button>
                  <Button size="compact-sm" variant="default" onClick={() => acting.mutate("recycle")}>
                    Back to nurture
                  </Button>
                </>
              )}
            </Group>
          )}
        </>
      )}
    </Block>
  );
}

const SAID = {
  convert: "Converted: its account and contact are there, its deal is kept or opened",
  accept: "Accepted by sales",
  recycle: "Back to be nurtured",
};
