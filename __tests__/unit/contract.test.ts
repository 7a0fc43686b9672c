// action.yml: every input and output is documented, its examples are legal, and Inputs has one key for each input.
import { parse } from 'yaml'
import { parseContract } from '../../src/contract.js'
import { parsePolicy } from '../../src/linkage/policy.js'
import { parseInputs } from '../../src/inputs.js'
import { parseTargets } from '../../src/plan/parse-targets.js'
import { ACTION_TEXT, CONTRACT, createInputs } from './example-inputs.js'
import { PLATFORMS } from './plan/target-platforms.js'

const action = parse(ACTION_TEXT) as {
  outputs: Record<string, { description: string }>
  runs: { using: string; main: string }
}
/** In the order of action.yml. */
const OUTPUTS = `
  version matrix plan-digest release-url artifacts manifest checksums subject-checksums linkage comparison output-directory cache-hit cache-key cache-matched-key
`
const INPUTS = `
  matrix working-directory packages name version ldflags tags trimpath buildvcs buildmode cgo generate verify-modules pass-env
  dry-run
  reproduce
  linkage checks archive archive-name archive-files sbom sign cosign-key cosign-password sigstore-signing-config
  sigstore-trusted-root provenance upload artifact-name retention-days
  cache cache-save parallel output-directory tools-base-url mode
  shards runner shard plan-digest release release-notes make-latest overwrite max-size-increase comment github-token files platform sarif
`
const words = (text: string) => text.trim().split(/\s+/)
const camelCase = (name: string) => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())

describe('the inputs of action.yml', () => {
  test('are these', () => {
    expect(CONTRACT.map(({ name }) => name)).toEqual(words(INPUTS))
  })

  test.each(CONTRACT)('$name: what it is, with an example that is legal', ({ name, description }) => {
    const [, meaning = '', example = ''] = /^(\S.*) Example: `?([^`]+)/s.exec(description) ?? []
    expect(meaning).not.toBe('')
    const inputs = createInputs({ [name]: example })
    if (name === 'matrix') expect(parseTargets(inputs.matrix, PLATFORMS, { cgo: false })).not.toHaveLength(0)
    if (name === 'linkage') expect(parsePolicy(inputs.linkage)).toBeDefined()
  })

  test('are all read, and nothing else is', () => {
    const read = new Set<string>()
    parseInputs(CONTRACT, (name) => {
      read.add(name)
      return ''
    })
    expect([...read].sort()).toEqual(words(INPUTS).sort())
  })

  test('each give one key of Inputs', () => {
    // Whether archive-files was given is the only thing that is told of an input beside its value.
    const keys = Object.keys(createInputs()).filter((key) => key !== 'archiveFilesGiven')
    expect(keys.sort()).toEqual(CONTRACT.map(({ name }) => camelCase(name)).sort())
  })
})

test('the outputs of action.yml are these, each with what it is', () => {
  expect(Object.keys(action.outputs)).toEqual(words(OUTPUTS))
  for (const { description } of Object.values(action.outputs)) expect(description).toMatch(/^\S.*\.$/)
})

test('action.yml runs the bundle on Node 24', () => {
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
})

test('parseContract takes an input without a default for one that is empty', () => {
  const text = 'inputs:\n  a: { description: A. }\n  b: { description: B., default: "false" }\n'
  expect(parseContract(text)).toEqual([
    { name: 'a', description: 'A.', default: '' },
    { name: 'b', description: 'B.', default: 'false' },
  ])
})
