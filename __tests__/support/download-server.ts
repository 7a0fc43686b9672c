// A list of answers into a server on the loopback that gives them one after another, and keeps what it was asked.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Breaks the connection: before any answer, or halfway through the body. */
  readonly drop?: 'at once' | 'halfway'
  /** Nobody is answered before so many have asked. */
  readonly once?: number
}

export interface DownloadServer {
  /** Without a slash at the end. */
  readonly base: string
  /** The last one stays; with none, all is 404. */
  answers: Answer[]
  requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[]
  close(): Promise<void>
}

/** @param host the name in `base`: two servers may so be two hosts */
export async function startDownloadServer(
  host: 'localhost' | '127.0.0.1' = '127.0.0.1',
): Promise<DownloadServer> {
  let waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    own.requests.push({ url: request.url ?? '', headers: request.headers })
    const next = own.answers.length > 1 ? own.answers.shift() : own.answers[0]
    waiting.push(() => {
      answer(next ?? { status: 404 }, request, response)
    })
    if (own.requests.length < (next?.once ?? 0)) return
    for (const each of waiting) each()
    waiting = []
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const own: DownloadServer = {
    base: `http://${host}:${(server.address() as AddressInfo).port}`,
    answers: [],
    requests: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
  return own
}

function answer(
  { status, headers, body = Buffer.of(), drop }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (drop === 'at once') {
    request.socket.destroy()
    return
  }
  response.writeHead(status, { 'content-length': body.length, ...headers })
  if (drop === undefined) response.end(body)
  else response.write(body.subarray(0, body.length / 2), () => request.socket.destroy())
}
