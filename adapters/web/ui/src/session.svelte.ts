// Who asks, and what they may do; the server refuses all else anyway.
type Who = { kind: string; principal: string; tenant: string; key_id: string | null; rights: string[] };

export const session = $state({ who: null as Who | null, needsKey: false });

export const may = (right: string): boolean => session.who?.rights.includes(right) ?? false;

export async function whoAsks(): Promise<void> {
  const response = await fetch("/v1/session").catch(() => null);
  session.needsKey = response?.status === 401;
  session.who = response?.ok ? await response.json() : null;
}

/** Returns why the key is of no use, or nothing. */
export async function logIn(key: string): Promise<string | undefined> {
  const response = await fetch("/v1/session", {
    method: "POST",
    body: JSON.stringify({ key }),
    headers: { "Content-Type": "application/json", "Opstrail-Request": "page" },
  }).catch(() => null);
  if (!response?.ok) return response ? (await response.json()).detail : "the server does not answer";
  await whoAsks();
  if (session.needsKey) return "this browser does not keep the session: serve over HTTPS, or from localhost";
}

export async function logOut(): Promise<void> {
  await fetch("/v1/session", { method: "DELETE", headers: { "Opstrail-Request": "page" } });
  location.assign("/");
}
