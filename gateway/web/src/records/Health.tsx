// How well a customer does: explained where the model says so, else with the source it comes from.
import type { Account } from "../api/types";
import { Block } from "./Associations";
import classes from "./Lines.module.css";
import { Score } from "./Score";

const MODEL = "Rapport's model";

export function Health({ account }: { account: Account }) {
  if (account.health === null) return null;
  const title = `Health ${account.health}`;
  if (account.health_source?.startsWith(MODEL)) return <Score resource="accounts" id={account.id} title={title} />;
  return (
    <Block title={title}>
      <p className={classes.none}>{account.health_source ? `From ${account.health_source}.` : "Set by hand or through the API."}</p>
    </Block>
  );
}
