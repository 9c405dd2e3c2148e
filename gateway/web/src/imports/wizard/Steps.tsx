// Where one is in the wizard, and the way back to what is done.
import type { Dispatch, SetStateAction } from "react";
import { Link } from "react-router";

import type { ImportObject, Upload } from "../../api/types";
import { CheckIcon } from "../../ui/icons";
import type { Draft } from "./useDraft";
import classes from "./Wizard.module.css";

export type Step = "files" | "columns" | "preview" | "check";

const STEPS: { step: Step; label: string }[] = [
  { step: "files", label: "Files" },
  { step: "columns", label: "Columns" },
  { step: "preview", label: "Preview" },
  { step: "check", label: "Check and import" },
];

export function Steps({ current, onGo, uploadId }: { current: Step; onGo?: (step: Step) => void; uploadId?: string }) {
  const here = STEPS.findIndex(({ step }) => step === current);
  return (
    <nav aria-label="Steps of the import">
      <ol className={classes.steps}>
        {STEPS.map(({ step, label }, index) => {
          const passed = index < here;
          const mark = (
            <>
              <span className={classes.stepMark} aria-hidden="true">
                {passed ? <CheckIcon size={12} /> : index + 1}
              </span>
              <span className={classes.stepLabel}>{label}</span>
            </>
          );
          return (
            <li key={step} className={classes.step} data-here={index === here || undefined} data-passed={passed || undefined} aria-current={index === here ? "step" : undefined}>
              {passed && step === "files" ? (
                <Link to="/imports/new" title="Choose other files">
                  {mark}
                </Link>
              ) : passed && onGo && uploadId ? (
                <button type="button" onClick={() => onGo(step)}>
                  {mark}
                </button>
              ) : (
                <span>{mark}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

export interface StepProps {
  upload: Upload;
  objects: ImportObject[];
  draft: Draft;
  setDraft: Dispatch<SetStateAction<Draft>>;
  go: (step: Step) => void;
  /** The mapping needs more than the wizard shows, and is used as it is. */
  isRich: boolean;
}
