// mode: inspect: files that something else built are judged, without a module and without Go.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FileReport } from '../../src/report/report.js'
import { runAction, runCommand } from '../support/action-runner.js'
import { temporaryModule } from '../support/modules.js'
import { runChecked } from '../support/processes.js'
import { temporaryFolder } from '../support/temporary.js'

const MAIN = 'package main\n\nfunc main() { println("hello") }\n'

/** A workspace that holds no module, with `dist/static`, `dist/pie` and `dist/app.exe`. */
async function workspace(): Promise<string> {
  const module = await temporaryModule({
    'go.mod': 'module example.com/project\n\ngo 1.24\n',
    'main.go': MAIN,
  })
  const folder = temporaryFolder('inspect')
  const build = (file: string, GOOS: string, ...flags: string[]) =>
    runChecked(['go', 'build', ...flags, '-o', join(folder, 'dist', file), '.'], {
      cwd: module,
      env: { GOOS, GOARCH: 'amd64', CGO_ENABLED: '0' },
    })
  await build('static', 'linux')
  await build('pie', 'linux', '-buildmode=pie')
  await build('app.exe', 'windows')
  return folder
}

const inspect = (folder: string, ...args: string[]) =>
  runCommand(['--mode', 'inspect', ...args], { cwd: folder, env: { PATH: '' } })

let folder: string
beforeAll(async () => {
  folder = await workspace()
})

test('an input that it would pass over is refused', async () => {
  const ended = await runCommand(['--mode', 'inspect', '--files', 'tool', '--dry-run'], {
    cwd: temporaryFolder('files'),
  })
  expect(ended.stderr).toMatch(
    /^error: input dry-run: it goes with mode: release only, and this is mode: inspect$/m,
  )
  expect(ended.exitCode).toBe(1)
})

test('files that are well, without Go on PATH', async () => {
  const ended = await inspect(folder, '--files', 'dist/static, dist/*.exe')
  expect(ended.stderr).toBe('')
  expect(ended.exitCode).toBe(0)
  expect(ended.stdout).toContain('2 files inspected, none refused')
  expect(ended.stdout).toMatch(/^dist\/app\.exe +system-only +yes, high entropy /m)
  expect(ended.stdout).toMatch(/^dist\/static +static +no /m)
  expect(existsSync(join(folder, 'release'))).toBe(false)
})

test('as an action: annotations on the file, JSON, SARIF and a summary, and exit code 1', async () => {
  const run = await runAction({
    inputs: { mode: 'inspect', files: 'dist/*', sarif: 'linkage.sarif' },
    cwd: folder,
  })
  expect(run.exitCode).toBe(1)
  expect(run.annotations).toContainEqual({
    level: 'error',
    message: expect.stringContaining('/lib64/ld-linux-x86-64.so.2') as string,
    properties: { file: 'dist/pie' },
  })
  const files = JSON.parse(run.outputs['linkage'] ?? '') as FileReport[]
  expect(files.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['dist/app.exe', 'system-only'],
    ['dist/pie', 'dynamic'],
    ['dist/static', 'static'],
  ])
  expect(files[0]).toMatchObject({
    headers: { format: 'pe', machine: 'IMAGE_FILE_MACHINE_AMD64', imports: ['kernel32.dll'] },
    builds: [{ path: 'example.com/project', settings: { GOOS: 'windows', CGO_ENABLED: '0' } }],
  })
  expect(run.summary).toContain('3 files inspected, 1 refused')
  const sarif = JSON.parse(readFileSync(join(folder, 'linkage.sarif'), 'utf8')) as {
    runs: { results: { ruleId: string; level: string }[] }[]
  }
  expect(sarif.runs[0]?.results).toMatchObject([{ ruleId: 'linkage', level: 'error' }])
})

test('what is asked for: policy, platform and checks', async () => {
  expect((await inspect(folder, '--files', 'dist/pie', '--linkage', 'any')).exitCode).toBe(0)
  const warned = await inspect(folder, '--files', 'dist/pie', '--checks', 'linkage=warn')
  expect(warned.exitCode).toBe(0)
  expect(warned.stderr).toMatch(/^warning: dist\/pie: linkage: /)
  const other = await inspect(folder, '--files', 'dist/static', '--platform', 'linux/arm64')
  expect(other.exitCode).toBe(1)
  expect(other.stderr).toMatch(/^error: dist\/static: platform: .*EM_X86_64/)
})

test('files: a name as it is, and patterns that take away', async () => {
  const odd = temporaryFolder('odd')
  copyFileSync(join(folder, 'dist', 'static'), join(odd, 'a (1).bin'))
  copyFileSync(join(folder, 'dist', 'pie'), join(odd, 'pie'))
  expect((await inspect(odd, '--files', 'a (1).bin')).exitCode).toBe(0)
  expect((await inspect(odd, '--files', '*, !pie')).stdout).toContain('1 file inspected, none refused')
})

test.each([
  ['nothing to inspect', [], /^error: input files: mode: inspect needs the files to inspect/],
  ['no such file', ['--files', 'bin/*'], /^error: input files: "bin\/\*" matches no file in /],
  [
    'no such check',
    ['--files', 'dist/*', '--checks', 'stak=off'],
    /^error: input checks: .*did you mean stack/,
  ],
  ['no such policy', ['--files', 'dist/*', '--linkage', 'statik'], /^error: input linkage: /],
  [
    'no platform',
    ['--files', 'dist/*', '--platform', 'lnux/amd64'],
    /^error: input platform: "lnux\/amd64" is no goos\/goarch of Go's; did you mean linux\/amd64\?/,
  ],
])('%s is one error', async (_, args, message) => {
  const ended = await inspect(folder, ...args)
  expect(ended.exitCode).toBe(1)
  expect(ended.stderr).toMatch(message)
  expect(ended.stderr.trim().split('\n')).toHaveLength(1)
})

test('a file that cannot be read is refused, whatever the policy', async () => {
  const broken = temporaryFolder('broken')
  mkdirSync(join(broken, 'dist'))
  writeFileSync(join(broken, 'dist', 'script'), '#!/bin/sh\n')
  copyFileSync(join(folder, 'dist', 'static'), join(broken, 'dist', 'cut'))
  writeFileSync(join(broken, 'dist', 'cut'), readFileSync(join(folder, 'dist', 'static')).subarray(0, 5000))
  const ended = await inspect(broken, '--files', 'dist', '--linkage', 'any')
  expect(ended.exitCode).toBe(1)
  expect(ended.stdout).toContain('2 files inspected, 2 refused')
  expect(ended.stderr).toContain('error: 2 of 2 files refused: dist/cut, dist/script')
})
