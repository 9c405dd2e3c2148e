// Shows the dialog that was asked for last; what it needs is loaded when the first one opens.
import { lazy, Suspense } from "react";

import { closeDialog, useDialog } from "./dialogs";

const LogDialog = lazy(() => import("../records/LogDialog"));
const CreateDialog = lazy(() => import("../records/CreateDialog").then((module) => ({ default: module.CreateDialog })));

export function Dialogs() {
  const current = useDialog();
  if (!current) return null;
  const { dialog, round } = current;
  return (
    <Suspense fallback={null}>
      {dialog.name === "log" ? (
        <LogDialog key={round} kind={dialog.kind} about={dialog.about} values={dialog.values} onClose={closeDialog} />
      ) : (
        <CreateDialog key={round} resource={dialog.resource} preset={dialog.preset} opened onClose={closeDialog} />
      )}
    </Suspense>
  );
}
