// parseToken: the claims of a job's token, or an error that holds nothing of it.
import { ActionError } from '../../../src/errors.js'
import { parseToken } from '../../../src/sign/token.js'

const CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  job_workflow_ref: 'o/r/.github/workflows/release.yml@refs/tags/v1',
  repository: 'o/caller',
  ref: 'refs/tags/v1',
  repository_visibility: 'public',
}
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (payload: unknown) => `${encode({ alg: 'RS256' })}.${encode(payload)}.canary`

test('the claims that the certificate will name', () => {
  expect(parseToken(token({ ...CLAIMS, sub: 'repo:o/caller:ref:refs/tags/v1' }))).toEqual({
    issuer: CLAIMS.iss,
    jobWorkflowRef: CLAIMS.job_workflow_ref,
    repository: 'o/caller',
    ref: 'refs/tags/v1',
    visibility: 'public',
  })
})

test.each(Object.keys(CLAIMS))('without %s', (name) => {
  for (const value of [undefined, '', 1, null]) {
    expect(() => parseToken(token({ ...CLAIMS, [name]: value }))).toThrow(
      `sign: the job's id-token has no claim ${name}, so that it is not GitHub's`,
    )
  }
})

test.each([
  '',
  'canary',
  'canary.canary',
  `canary.${Buffer.from('canary').toString('base64url')}.c`,
  token(null),
])('no token: %j', (text) => {
  expect(() => parseToken(text)).toThrow(new ActionError("sign: the job's id-token is no JSON Web Token"))
})
