// What a person has chosen so far, kept in the browser under the upload's id: going back, and loading the page anew,
// loses nothing. Also the mapping of each started import, for the corrected file that comes after it.
import { useEffect, useState } from "react";

import type { Mapping, Upload } from "../../api/types";

export interface Draft {
  mapping: Mapping;
  /** The saved mapping this began with. */
  savedId: string | null;
  /** The last check of all rows, and the mapping it was made with. */
  check: { jobId: string; of: string } | null;
  automation: "run" | "suppress";
  /** Values of a column that the preview could not read, to be given a meaning. */
  strange: Record<string, string[]>;
}

const place = (uploadId: string) => `rapport-import-${uploadId}`;
const placeOfJob = (jobId: string) => `rapport-import-of-${jobId}`;

function read(uploadId: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(place(uploadId)) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

export function useDraft(upload: Upload, begin: () => Mapping) {
  const [draft, setDraft] = useState<Draft>(
    () => read(upload.id) ?? { mapping: begin(), savedId: null, check: null, automation: "run", strange: {} },
  );
  useEffect(() => sessionStorage.setItem(place(upload.id), JSON.stringify(draft)), [upload.id, draft]);
  return [draft, setDraft] as const;
}

export function rememberMapping(jobId: string, mapping: Mapping): void {
  try {
    localStorage.setItem(placeOfJob(jobId), JSON.stringify(mapping));
  } catch {
    // A full store only means that the next file is guessed again.
  }
}

export function mappingOfJob(jobId: string | null): Mapping | null {
  if (!jobId) return null;
  try {
    return JSON.parse(localStorage.getItem(placeOfJob(jobId)) ?? "null") as Mapping | null;
  } catch {
    return null;
  }
}
