// A request over HTTP as anybody sends it.

/** What came back; `body` is parsed where it is JSON. */
export type Reply = Readonly<{ status: number; headers: Headers; text: string; body: any }>;

export type Send = Readonly<{ token?: string; body?: unknown; headers?: Readonly<Record<string, string>> }>;

/** Sends a body that is text as it is, and any other as JSON. */
export async function request(
  url: string,
  method: string,
  path: string,
  { token, body, headers = {} }: Send = {},
): Promise<Reply> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}
