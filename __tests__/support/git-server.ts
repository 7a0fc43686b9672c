// Git repositories behind HTTP on loopback that only whoever has the password may read, as a forge has private ones.

import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runChecked } from './processes.js'

export interface GitServer {
  /** `http://127.0.0.1:12345/`, or with credentials in it. */
  readonly url: (credentials?: string) => string
  readonly stop: () => Promise<void>
}

/** @param root the folder that holds the repositories @param credentials `user:password` */
export async function startGitServer(root: string, credentials: string): Promise<GitServer> {
  const execPath = (await runChecked(['git', '--exec-path'])).trim()
  const expected = `Basic ${Buffer.from(credentials).toString('base64')}`
  const server = createServer((request, response) => {
    if (request.headers.authorization === expected)
      serve(`${execPath}/git-http-backend`, root, request, response)
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url: (given) => `http://${given === undefined ? '' : `${given}@`}${host}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** Git's own CGI program. */
function serve(program: string, root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const child = spawn(program, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'reader',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
    },
  })
  request.pipe(child.stdin)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.on('close', () => {
    const answer = Buffer.concat(chunks)
    const end = answer.indexOf('\r\n\r\n')
    const headers = answer.subarray(0, end).toString().split('\r\n')
    const fields = headers.map((line) => line.split(': ', 2) as [string, string])
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(
      Number.parseInt(status),
      Object.fromEntries(fields.filter(([name]) => name !== 'Status')),
    )
    response.end(answer.subarray(end + 4))
  })
}
