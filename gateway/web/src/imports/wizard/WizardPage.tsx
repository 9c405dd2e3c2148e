// Bringing in one's own files, step by step: files, columns, preview, check and import. The upload and the step are in
// the address.
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { Link, useParams, useSearchParams } from "react-router";

import { imports } from "../../api/client";
import { hasStatus } from "../../api/problem";
import type { ImportObject, Upload } from "../../api/types";
import { keys } from "../../app/queryClient";
import { useMay } from "../../app/session";
import { Empty } from "../../ui/Empty";
import { ClockIcon, ImportIcon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { ProblemNotice } from "../../ui/Problem";
import { CheckStep } from "./CheckStep";
import { ChooseFiles } from "./ChooseFiles";
import { ColumnsStep } from "./ColumnsStep";
import { called } from "./fields";
import { applied, asObject, isRich } from "./mapping";
import { PreviewStep } from "./PreviewStep";
import { Steps, type Step } from "./Steps";
import { mappingOfJob, useDraft } from "./useDraft";
import classes from "./Wizard.module.css";

export default function WizardPage() {
  const { uploadId } = useParams();
  const [params] = useSearchParams();
  const mayImport = useMay("import");
  const object = params.get("object");
  const title = object ? `Import ${called(object).many}` : "Import";
  return (
    <Page title={title} width={1080}>
      {!mayImport ? (
        <Empty icon={ImportIcon} title="Your role may not import">
          Ask an administrator to bring the file in, or to let you do it.
        </Empty>
      ) : uploadId ? (
        <Uploaded key={uploadId} id={uploadId} />
      ) : (
        <div className={classes.wizard}>
          <Steps current="files" />
          <ChooseFiles object={object} />
        </div>
      )}
    </Page>
  );
}

function Uploaded({ id }: { id: string }) {
  const upload = useQuery({ queryKey: keys.upload(id), queryFn: () => imports.get(id), staleTime: Infinity });
  const objects = useQuery({ queryKey: keys.importObjects, queryFn: imports.objects, staleTime: Infinity });
  if (hasStatus(upload.error, 404)) {
    return (
      <Empty
        icon={ClockIcon}
        title="These files are no longer here"
        action={
          <Link className="link" to="/imports/new">
            Choose the files again
          </Link>
        }
      >
        Uploaded files are kept for a day, for the person who uploaded them.
      </Empty>
    );
  }
  const error = upload.error ?? objects.error;
  if (error) return <ProblemNotice error={error} onRetry={() => void (upload.error ? upload : objects).refetch()} />;
  if (!upload.data || !objects.data) return <Skeleton h={320} radius="lg" />;
  return <Mapped upload={upload.data} objects={objects.data.data} />;
}

function Mapped({ upload, objects }: { upload: Upload; objects: ImportObject[] }) {
  const [params, setParams] = useSearchParams();
  const [draft, setDraft] = useDraft(upload, () => {
    const before = mappingOfJob(params.get("like"));
    if (before) return applied(before, upload.files, upload.suggestion);
    const preset = objects.find((each) => each.name === params.get("object"));
    if (!preset) return upload.suggestion;
    const tables = upload.suggestion.tables.map((table) => (table.object === preset.name ? table : asObject(table, preset)));
    return { ...upload.suggestion, tables };
  });
  const asked = params.get("step");
  const step: Step = asked === "preview" || asked === "check" ? asked : "columns";
  const go = useCallback(
    (to: Step) =>
      setParams((before) => {
        const next = new URLSearchParams(before);
        if (to === "columns") next.delete("step");
        else next.set("step", to);
        return next;
      }),
    [setParams],
  );
  const top = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // A new step begins at its top, for the eye and for the screen reader.
    if (!first.current) top.current?.focus();
    first.current = false;
  }, [step]);
  const shared = { upload, objects, draft, setDraft, go, isRich: isRich(draft.mapping) };
  return (
    <div className={classes.wizard} ref={top} tabIndex={-1} data-step={step}>
      <Steps current={step} onGo={go} uploadId={upload.id} />
      {step === "columns" && <ColumnsStep {...shared} />}
      {step === "preview" && <PreviewStep {...shared} />}
      {step === "check" && <CheckStep {...shared} />}
    </div>
  );
}
