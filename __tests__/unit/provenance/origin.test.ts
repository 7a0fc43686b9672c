// describeSource, describeAction, builderOf and invocationOf: a runner's variables and a commit in, who built what out.
import { builderOf, describeAction, describeSource, invocationOf } from '../../../src/provenance/origin.js'
import { readWorkflow } from '../../../src/provenance/parameters.js'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const OTHER = 'fedcba9876543210fedcba9876543210fedcba98'
const RUNNER = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'octo/tool',
  GITHUB_REF: 'refs/tags/v1.0.0',
  GITHUB_SHA: COMMIT,
  GITHUB_WORKFLOW_REF: 'octo/tool/.github/workflows/release.yml@refs/tags/v1.0.0',
}
const AT_TAG = { uri: 'git+https://github.com/octo/tool@refs/tags/v1.0.0', digest: { gitCommit: COMMIT } }
const MODULE = 'example.com/tool'

test.each<[name: string, repository: { commit: string; modified: boolean } | undefined, expected: object[]]>([
  ['the commit of the event', { commit: COMMIT, modified: false }, [AT_TAG]],
  [
    'the same with changed files',
    { commit: COMMIT, modified: true },
    [{ ...AT_TAG, annotations: { modified: true } }],
  ],
  [
    'another commit, of no known ref, and the workflow it was built by',
    { commit: OTHER, modified: false },
    [{ name: MODULE, digest: { gitCommit: OTHER } }, AT_TAG],
  ],
  [
    'no repository',
    undefined,
    [{ uri: 'pkg:golang/example.com/tool', annotations: { unverified: 'it is in no repository' } }, AT_TAG],
  ],
])('on a runner: %s', (_, repository, expected) => {
  const origin = { modulePath: MODULE, repository }
  expect(describeSource(origin, readWorkflow(RUNNER), RUNNER)).toEqual(expected)
})

test('on a laptop: the commit alone, since nothing vouches for a URL', () => {
  const origin = { modulePath: MODULE, repository: { commit: COMMIT, modified: false } }
  expect(describeSource(origin, undefined, undefined)).toEqual([
    { name: MODULE, digest: { gitCommit: COMMIT } },
  ])
})

test.each<[name: string, environment: Record<string, string> | undefined, expected: object[]]>([
  [
    'pinned by its commit',
    { GITHUB_ACTION_REPOSITORY: 'octo/action', GITHUB_ACTION_REF: OTHER },
    [{ uri: `git+https://github.com/octo/action@${OTHER}`, digest: { gitCommit: OTHER } }],
  ],
  [
    'named by a tag',
    { GITHUB_ACTION_REPOSITORY: 'octo/action', GITHUB_ACTION_REF: 'v1' },
    [
      {
        uri: 'git+https://github.com/octo/action@v1',
        annotations: { unverified: 'the workflow names it by a ref that can be moved' },
      },
    ],
  ],
  ['in the checkout', { GITHUB_ACTION_REPOSITORY: '', GITHUB_ACTION_REF: '' }, []],
  ['a command on a laptop', undefined, []],
])('the action: %s', (_, environment, expected) => {
  expect(describeAction(environment)).toEqual(expected)
})

test('the builder is the workflow, and a laptop says that it is none', () => {
  expect(builderOf(RUNNER)).toBe(`https://github.com/${RUNNER.GITHUB_WORKFLOW_REF}`)
  expect(builderOf(undefined)).toMatch(/^https:\/\/github\.com\/.*\/docs\/provenance\.md#outside-a-workflow$/)
})

test('the invocation is the attempt of the run, else what it is called here', () => {
  const run = { ...RUNNER, GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2' }
  expect(invocationOf(run, 'urn:x')).toBe('https://github.com/octo/tool/actions/runs/7/attempts/2')
  expect(invocationOf(undefined, 'urn:x')).toBe('urn:x')
})
