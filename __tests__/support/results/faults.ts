// Planned trouble of the fake results service: a fault and a request into the answer that it gets instead of the right one.

import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * A number is the HTTP status to answer with. `reset` cuts the connection before the request is looked at, `lost-answer` after
 * it was done, `cut-upload` after half of the request's body, `cut-download` after half of the answer's first piece.
 * `expired` refuses the URL of a blob, then and whenever it is used again; `quota` and `conflict` are GitHub's own refusals.
 */
export type Fault =
  | number
  | 'reset'
  | 'lost-answer'
  | 'cut-upload'
  | 'cut-download'
  | 'expired'
  | 'quota'
  | 'conflict'
  | { readonly status: number; readonly retryAfterSeconds: number }
  | { readonly delayMs: number }

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const twirp = (status: number, code: string, msg: string, headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ code, msg }),
})

/** As Azure answers where the time of a signed URL is over. */
export const EXPIRED: Answer = {
  status: 403,
  headers: { 'content-type': 'application/xml', 'x-ms-error-code': 'AuthenticationFailed' },
  body:
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the ' +
    'request. Make sure the value of Authorization header is formed correctly including the signature.</Message>' +
    '<AuthenticationErrorDetail>Signed expiry time must be after signed start time</AuthenticationErrorDetail></Error>',
}

export const isCut = (fault: Fault | undefined): boolean =>
  fault === 'reset' || fault === 'lost-answer' || fault === 'cut-upload' || fault === 'cut-download'

/** The answer of a fault that is one; undefined for those that happen to the right answer. */
export function plannedAnswer(fault: Fault): Answer | undefined {
  if (fault === 'expired') return EXPIRED
  if (fault === 'quota') return twirp(403, 'permission_denied', 'insufficient usage to create artifact')
  if (fault === 'conflict')
    return twirp(409, 'already_exists', 'an artifact with this name already exists on the workflow run')
  if (typeof fault === 'number') return twirp(fault, 'unknown', 'a planned fault')
  if (typeof fault === 'object' && 'status' in fault)
    return twirp(fault.status, 'resource_exhausted', 'a planned fault', {
      'retry-after': String(fault.retryAfterSeconds),
    })
  return undefined
}

export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  request.resume()
  response.writeHead(answer.status, answer.headers).end(answer.body)
}

/** Takes half of what the request says it sends, then cuts the connection. */
export async function cutUpload(request: IncomingMessage): Promise<void> {
  // A request that is not read to its end is parted from its socket.
  const { socket } = request
  const half = Number(request.headers['content-length'] ?? 0) / 2
  let received = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    received += chunk.length
    if (received >= half) break
  }
  socket.destroy()
}

/** Cuts the connection where the answer would begin. */
export function loseAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead = () => {
    request.socket.destroy()
    return response
  }
}

/** Cuts the connection in the body of the answer. */
export function cutDownload(request: IncomingMessage, response: ServerResponse): void {
  const write = response.write.bind(response)
  const cut = (chunk: unknown): boolean => {
    const bytes = Buffer.from(chunk as string | Uint8Array)
    return write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy())
  }
  response.write = cut
  response.end = (chunk?: unknown) => {
    if (chunk === undefined || typeof chunk === 'function') request.socket.destroy()
    else cut(chunk)
    return response
  }
}
