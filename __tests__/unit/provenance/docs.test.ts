// docs/provenance.md is the page that the URIs in a statement name, and its example has the form of a statement.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import {
  describeInputs,
  externalParameters,
  internalParameters,
  readWorkflow,
} from '../../../src/provenance/parameters.js'
import { BUILD_TYPE, formatStatement, LOCAL_BUILDER } from '../../../src/provenance/statement.js'
import { CONTRACT } from '../example-inputs.js'
import { planOf } from '../plan/example-plan.js'
import { fileOf } from '../report/example-report.js'

const PAGE = readFileSync(path.resolve('docs/provenance.md'), 'utf8').replaceAll('\r\n', '\n')
const EXAMPLE = JSON.parse(/```json\n([^]*?)```/.exec(PAGE)?.[1] ?? '') as object

/** The names of all fields, as paths; what a user or a list fills in counts as one. */
function fieldsOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [at]
  if (/\.(?:inputs|defaults|goSettings)$/.test(at)) return [at]
  return Object.entries(value).flatMap(([name, field]) => fieldsOf(field, `${at}.${name}`))
}

test.each([BUILD_TYPE, LOCAL_BUILDER])('%s is a heading of the page, and stands below it', (uri) => {
  const [, anchor = ''] = uri.split('#')
  const sections = PAGE.split(/^## /m)
  const named = sections.filter(
    (section) => section.split('\n')[0]?.toLowerCase().replaceAll(' ', '-') === anchor,
  )
  expect(named).toHaveLength(1)
  expect(named[0]).toContain(`\`\`\`\n${uri}\n\`\`\``)
})

test('the example has the fields of a statement, and no others', () => {
  const environment = {
    ...{ GITHUB_REPOSITORY: 'octo/tool', GITHUB_REF: 'refs/tags/v1', GITHUB_WORKFLOW_REF: 'x' },
    ...{ RUNNER_OS: 'Linux', RUNNER_ARCH: 'X64', RUNNER_ENVIRONMENT: 'github-hosted' },
    ...{ ImageOS: 'ubuntu24', ImageVersion: '1', GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR_ID: '1' },
    ...{ GITHUB_REPOSITORY_ID: '2', GITHUB_REPOSITORY_OWNER_ID: '3' },
  }
  const inputs = describeInputs(CONTRACT, () => '')
  const plan = planOf(['linux/amd64'])
  const release = { name: 'tool', version: 'v1.0.0', date: '2026-01-02T03:04:05Z' }
  const machine = { os: 'linux', arch: 'amd64' }
  const statement = formatStatement({
    files: [fileOf('tool.zip')],
    externalParameters: externalParameters({
      ...{ inputs, plan, workflow: readWorkflow(environment), goSettings: { CC: 'gcc' } },
    }),
    internalParameters: internalParameters({ inputs, release, machine }, environment),
    dependencies: [],
    builder: 'https://example.com',
    invocation: 'urn:x',
    started: new Date(0),
    finished: new Date(0),
    manifest: fileOf('manifest.json'),
  })
  expect(fieldsOf(EXAMPLE)).toEqual(fieldsOf(JSON.parse(statement)))
})
