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
