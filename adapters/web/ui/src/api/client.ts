// Asks the server: what is read and what is sent has the types of its OpenAPI.
import type { components, paths } from "./schema";
import { session } from "../session.svelte";

export type Schemas = components["schemas"];
type Method = "get" | "post" | "delete";
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;
type Having<M extends Method> = { [P in keyof paths]: Operation<P, M> extends never | undefined ? never : P }[keyof paths];
type Answer<O> = O extends { responses: { 200: { content: { "application/json": infer T } } } } ? T : never;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer T } } } ? T : never;

export type Params = Record<string, string | number | boolean | null | undefined>;
export type Readable = Having<"get">;
export type Sendable = Having<"post">;
export type Read<P extends Readable> = Answer<Operation<P, "get">>;

/** What the server says when it refuses (RFC 9457), or that it cannot be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly told: Partial<Schemas["Problem"]> = {},
  ) {
    super(detail);
  }
}

export type Options = { signal?: AbortSignal; headers?: Record<string, string>; raw?: boolean };
export type Sent<T> = { status: number; value: T; begun?: Schemas["Accepted"] };

export async function read<P extends Readable>(path: P, params: Params = {}, options: Options = {}): Promise<Read<P>> {
  return (await ask("GET", path, params, undefined, options)).json();
}

/** Reads a page of a list, and says whether there is more. */
export async function readPage<P extends Readable>(path: P, params: Params, options: Options = {}) {
  const response = await ask("GET", path, params, undefined, options);
  const next = /<[^>]*[?&]cursor=([^&>]+)[^>]*>; rel="next"/.exec(response.headers.get("Link") ?? "");
  return { rows: (await response.json()) as Read<P>, cursor: next ? decodeURIComponent(next[1]!) : null };
}

/** Sends a command. What goes on answers 202: then `begun` says what it is. */
export async function send<P extends Sendable>(
  path: P,
  params: Params,
  body: Body<Operation<P, "post">>,
  options: Options = {},
): Promise<Sent<Answer<Operation<P, "post">>>> {
  const response = await ask("POST", path, params, body, options);
  const value = await response.json();
  return { status: response.status, value, begun: response.status === 202 ? value : undefined };
}

export async function ask(
  method: string,
  path: string,
  params: Params,
  body: unknown,
  { signal, headers }: Options = {},
): Promise<Response> {
  const response = await reach(address(path, params), {
    method,
    signal: signal ?? null,
    body: body === undefined ? null : JSON.stringify(body),
    headers: {
      Accept: "application/json",
      "Opstrail-Request": "page",
      Prefer: `timezone=${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
  });
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  if (response.status === 401 && !path.endsWith("/session")) session.needsKey = true;
  throw new Problem(response.status, told.code ?? "unknown", told.detail ?? response.statusText, told);
}

/** A key that lets a request be sent again without being carried out twice. */
export function onceKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem(0, "unreachable", "the server does not answer; what is shown may be old");
  }
}

function address(path: string, params: Params): string {
  const rest = new Map(Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== ""));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest.get(name)));
    rest.delete(name);
    return value;
  });
  const query = new URLSearchParams([...rest].map(([name, value]) => [name, String(value)]));
  return query.size ? `${filled}?${query}` : filled;
}
