// Child processes of the tests: a command in, how it ended out, with nothing of the test's own environment but what is named here.

import { spawn } from 'node:child_process'

export interface Ended {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

type Variables = Readonly<Record<string, string | undefined>>

/** What programs need on any system, and Go's caches and ways to its modules; nothing that changes what Go builds. */
const KEPT = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'XDG_CACHE_HOME'],
  ...[
    'GOROOT',
    'GOPATH',
    'GOCACHE',
    'GOMODCACHE',
    'GOPROXY',
    'GONOPROXY',
    'GOSUMDB',
    'GONOSUMDB',
    'GOPRIVATE',
    'GOTOOLCHAIN',
  ],
  ...[
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'COMSPEC',
    'PATHEXT',
    'TEMP',
    'TMP',
    'USERPROFILE',
    'APPDATA',
    'LOCALAPPDATA',
  ],
]

/** The variables in KEPT, under those names also on Windows, which says `Path`. */
export function cleanEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).map(([name, value]) => [
    process.platform === 'win32' ? name.toUpperCase() : name,
    value,
  ])
  return Object.fromEntries(own.filter(([name = '']) => KEPT.includes(name))) as Record<string, string>
}

/** Runs a command to its end, whatever its exit code is, with `env` over the clean environment; undefined takes one away. */
export function run(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Variables } = {},
): Promise<Ended> {
  const [program = '', ...args] = command
  const given = Object.entries({ ...cleanEnvironment(), ...options.env }).filter(
    ([, value]) => value !== undefined,
  )
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: Object.fromEntries(given),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.on('error', reject)
    child.on('close', (exitCode) => {
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      })
    })
  })
}

/** As `run`, but any exit code other than 0 is an error that shows what was printed. Resolves to standard output. */
export async function runChecked(...[command, options]: Parameters<typeof run>): Promise<string> {
  const ended = await run(command, options)
  if (ended.exitCode === 0) return ended.stdout
  throw new Error(
    `${command.join(' ')}: exit code ${ended.exitCode ?? 'none'}\n${ended.stdout}${ended.stderr}`,
  )
}
