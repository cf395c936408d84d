// The shapes of the server that pages name often.
import type { Schemas } from "./client";

export type Summary = Schemas["RunSummary"];
export type Details = Schemas["RunDetails"];
export type Response = Schemas["RunResponse"];
export type Block = Response["blocks"][number];
export type TableBlock = Schemas["TableBlock"];
export type Reference = Schemas["Reference"];
export type NextAction = Schemas["NextAction"];
export type Timeline = Schemas["Timeline"];
export type Bar = Schemas["Bar"];
export type Lane = Schemas["Lane"];
export type Diagnosis = Schemas["Diagnosis"];
export type Preview = Schemas["Preview"];
export type Cell = string | number | boolean | null;
export type StateChange = Schemas["StateChange"];
/** A step with the columns that the list of events shows. */
export type Step = {
  version: number;
  since_ms: number | null;
  sentence: string;
  tool: string | null;
  begins_call: boolean;
  is_failure: boolean;
  "event.type": string;
  "event.recorded_at": string;
};
export const STEP_COLUMNS = "version,since_ms,sentence,tool,begins_call,is_failure,event.type,event.recorded_at";
