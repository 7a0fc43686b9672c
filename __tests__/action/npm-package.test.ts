// The package as npm packs it, run from an empty folder and in a module by nothing but its tarball.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionFolder } from '../support/action-runner.js'
import { cachesIn } from '../support/go-environment.js'
import { temporaryModule } from '../support/modules.js'
import { run, runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

const place = temporaryFolder('npm')
let tarball = ''

beforeAll(async () => {
  // What npm says beside the name is not for programs.
  const packed = await runChecked(['npm', 'pack', '--json', '--pack-destination', place], {
    cwd: actionFolder,
  })
  const [{ filename = '' } = {}] = JSON.parse(packed) as { filename?: string }[]
  tarball = join(place, filename)
})

/** As `npx go-cross-release …` does once the package is there; nothing may be fetched. */
async function npx(cwd: string, ...args: string[]) {
  const cache = join(place, 'cache')
  mkdirSync(cache, { recursive: true })
  return run(
    ['npm', 'exec', '--yes', '--offline', `--package=${tarball}`, '--', 'go-cross-release', ...args],
    {
      cwd,
      env: { ...(await cachesIn(cache)), npm_config_cache: join(place, 'npm-cache') },
    },
  )
}

test('in an empty folder it helps, and says what is missing', async () => {
  const empty = temporaryFolder('empty')
  const help = await npx(empty, '--help')
  expect(help.stdout).toContain('usage: go-cross-release [--INPUT VALUE]...')
  expect(help.exitCode).toBe(0)
  const refused = await npx(empty, '--matrix', 'linux/amd64')
  expect(refused.stderr).toMatch(/^error: .*go\.mod/m)
  expect(refused.exitCode).toBe(1)
  expect(readdirSync(empty)).toEqual([])
})

test('in a module it makes the files of a release', async () => {
  const module = await temporaryModule(
    {
      'go.mod': 'module example.com/project\n\ngo 1.24\n',
      'main.go': 'package main\n\nfunc main() { println("hello") }\n',
    },
    { git: { tags: ['v1.0.0'] } },
  )
  const ended = await npx(module, '--matrix', 'linux/amd64', '--sbom', 'off', '--sign', 'off')
  expect(ended.stderr).not.toMatch(/^(error|warning): /m)
  expect(ended.exitCode).toBe(0)
  expect(readFileSync(join(module, 'release', 'SHA256SUMS'), 'utf8')).toMatch(
    /^[0-9a-f]{64} {2}project_v1\.0\.0_linux_amd64\.tar\.gz\n$/,
  )
})
