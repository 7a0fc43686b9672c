// Fulcio, Rekor, a timestamp authority and an issuer of job tokens, all on free ports of loopback -> the two files by which
// cosign signs and verifies with them. Nothing leaves this machine.

import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { cleanEnvironment, runChecked } from './processes.js'
import { startIssuer, type Issuer } from './sigstore-issuer.js'
import { requireTool, tools } from './test-tools.js'

/** Disposing of it ends its servers and removes its files. */
export interface Sigstore extends AsyncDisposable {
  readonly issuer: Omit<Issuer, 'close'>
  /** What `cosign signing-config create` and `cosign trusted-root create` made; absolute paths. */
  readonly signingConfig: string
  readonly trustedRoot: string
}

/** `test` for tests that need one: Rekor does not run on Windows. */
export const withSigstore = (): jest.It =>
  process.platform === 'win32'
    ? test.skip
    : requireTool('cosign', 'fulcio', 'rekor-server', 'timestamp-server')

/** The log signs under its name, which cosign takes to be the host of its URL. */
const ORIGIN = '127.0.0.1'
/** When the services began to be trusted. */
const SINCE = '2020-01-01T00:00:00Z'

export async function startSigstore(): Promise<Sigstore> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sigstore-')))
  const issuer = await startIssuer()
  const started: ChildProcess[] = []
  const stop = async () => {
    await Promise.all([issuer.close(), ...started.map(end)])
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    return { issuer, ...(await startServers(folder, issuer.url, started)), [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @param started to which every process is added at once, whatever comes after */
async function startServers(
  folder: string,
  issuer: string,
  started: ChildProcess[],
): Promise<Pick<Sigstore, 'signingConfig' | 'trustedRoot'>> {
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const log = generateKeyPairSync('ed25519')
  const logKey = write('rekor.key', log.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const logPublicKey = write('rekor.pub', log.publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const identities = write('fulcio.yaml', stringify(identitiesFrom(issuer)))

  const fulcio = await startServer(folder, started, {
    program: 'fulcio',
    command: (http, grpc, metrics) => [
      ...['serve', '--ca', 'ephemeralca', '--ct-log-url', '', '--config-path', identities],
      ...['--host', '127.0.0.1', '--port', http, '--grpc-host', '127.0.0.1', '--grpc-port', grpc],
      // Its default is one name for the whole machine.
      ...['--metrics-port', metrics, '--legacy-unix-domain-socket', 'fulcio.sock'],
    ],
    readyAt: '/api/v2/trustBundle',
  })
  const rekor = await startServer(folder, started, {
    program: 'rekor-server',
    command: (http, grpc, metrics) => [
      ...['serve', '--hostname', ORIGIN, '--http-port', http, '--grpc-port', grpc],
      ...['--http-metrics-port', metrics, '--storage-dir', join(folder, 'log')],
      // A signature waits for the next checkpoint.
      ...['--signer-filepath', logKey, '--checkpoint-interval', '1s'],
    ],
    readyAt: '/healthz',
  })
  const authority = await startServer(folder, started, {
    program: 'timestamp-server',
    command: (http) => [
      ...['serve', '--host', '127.0.0.1', '--port', http, '--timestamp-signer', 'memory'],
      // It would ask the time of servers far away.
      '--disable-ntp-monitoring',
    ],
    readyAt: '/api/v1/timestamp/certchain',
  })

  const { chains } = JSON.parse(fulcio.said) as { chains: { certificates: string[] }[] }
  const certificates = write('fulcio.pem', (chains[0]?.certificates ?? []).join(''))
  const authorityCertificates = write('timestamp.pem', authority.said)
  const timestamps = `${authority.url}/api/v1/timestamp`
  const signingConfig = join(folder, 'signing-config.json')
  const trustedRoot = join(folder, 'trusted-root.json')
  const service = (url: string, version: number) =>
    `url=${url},api-version=${version},start-time=${SINCE},operator=loopback`
  await runChecked([
    ...[tools.cosign, 'signing-config', 'create', '--out', signingConfig],
    ...['--fulcio', service(fulcio.url, 1), '--oidc-provider', service(issuer, 1)],
    ...['--rekor', service(rekor.url, 2), '--rekor-config', 'ANY'],
    ...['--tsa', service(timestamps, 1), '--tsa-config', 'ANY'],
  ])
  await runChecked([
    ...[tools.cosign, 'trusted-root', 'create', '--out', trustedRoot],
    ...['--fulcio', `url=${fulcio.url},certificate-chain=${certificates}`],
    ...['--rekor', `url=${rekor.url},public-key=${logPublicKey},start-time=${SINCE},origin=${ORIGIN}`],
    ...['--tsa', `url=${timestamps},certificate-chain=${authorityCertificates}`],
  ])
  return { signingConfig, trustedRoot }
}

/** The configuration of the public Fulcio for GitHub's tokens, with another issuer. Source: fulcio, config/identity/config.yaml. */
function identitiesFrom(issuer: string): object {
  return {
    'oidc-issuers': {
      [issuer]: {
        'issuer-url': issuer,
        'client-id': 'sigstore',
        type: 'ci-provider',
        'ci-provider': 'github-workflow',
      },
    },
    'ci-issuer-metadata': {
      'github-workflow': {
        'default-template-values': { url: 'https://github.com' },
        'extension-templates': {
          'github-workflow-trigger': 'event_name',
          'github-workflow-sha': 'sha',
          'github-workflow-name': 'workflow',
          'github-workflow-repository': 'repository',
          'github-workflow-ref': 'ref',
          'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
          'build-signer-digest': 'job_workflow_sha',
          'runner-environment': 'runner_environment',
          'source-repository-uri': '{{ .url }}/{{ .repository }}',
          'source-repository-digest': 'sha',
          'source-repository-ref': 'ref',
          'source-repository-identifier': 'repository_id',
          'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
          'source-repository-owner-identifier': 'repository_owner_id',
          'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
          'build-config-digest': 'workflow_sha',
          'build-trigger': 'event_name',
          'run-invocation-uri':
            '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
          'source-repository-visibility-at-signing': 'repository_visibility',
        },
        'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}',
      },
    },
  }
}

interface ServerPlan {
  readonly program: 'fulcio' | 'rekor-server' | 'timestamp-server'
  /** The arguments for three ports, the first of which is asked whether it is ready. */
  readonly command: (http: string, grpc: string, metrics: string) => readonly string[]
  readonly readyAt: string
}

const ATTEMPTS = 3
const MAX_START_MS = 30_000

/** @returns the server's address, and what it said where it is asked whether it is ready */
async function startServer(
  folder: string,
  started: ChildProcess[],
  { program, command, readyAt }: ServerPlan,
): Promise<{ readonly url: string; readonly said: string }> {
  const logFile = join(folder, `${program}.log`)
  // Whoever asks the system for a port meanwhile may be given one of these.
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [http = '', grpc = '', metrics = ''] = await freePorts(3)
    const log = openSync(logFile, 'w')
    const server = spawn(tools[program], command(http, grpc, metrics), {
      cwd: folder,
      env: cleanEnvironment(),
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    server.on('error', () => undefined)
    started.push(server)
    const url = `http://127.0.0.1:${http}`
    const said = await askUntilReady(server, url + readyAt)
    if (said !== undefined) return { url, said }
    await end(server)
  }
  throw new Error(`${program} does not start\n${readFileSync(logFile, 'utf8').slice(-2000)}`)
}

/** @returns undefined where the server ended, or takes too long */
async function askUntilReady(server: ChildProcess, url: string): Promise<string | undefined> {
  const deadline = Date.now() + MAX_START_MS
  while (Date.now() < deadline && isRunning(server)) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok === true) return answer.text()
    await sleep(50)
  }
  return undefined
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null

/** None of them keeps anything that is worth a farewell. */
async function end(server: ChildProcess): Promise<void> {
  if (!isRunning(server)) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await ended
}

/** Ports of 127.0.0.1 that nobody listens on, all different. */
async function freePorts(count: number): Promise<string[]> {
  const listening = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = listening.map((server) => String((server.address() as AddressInfo).port))
  await Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
