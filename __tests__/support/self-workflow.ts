// The reusable workflow as act can run it: act does not know `$/`, by which a workflow finds the repository that it is of.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionFolder } from './action-runner.js'

const read = (file: string): string => readFileSync(join(actionFolder, file), 'utf8')

/** For act `./` is the checkout, which the job that merges does not have on GitHub. */
const CHECKOUT = '      - uses: actions/checkout@v6\n'

/** Files for a repository whose workflows call it as `./.github/workflows/go-release.yml`. */
export function selfWorkflow(): Record<string, string> {
  const workflow = read('.github/workflows/go-release.yml')
    .replaceAll('uses: $/', 'uses: ./')
    .replace('      - id: merge\n', `${CHECKOUT}      - id: merge\n`)
  return { '.github/workflows/go-release.yml': workflow, 'self/action.yml': read('self/action.yml') }
}

/** A fake of actions/setup-go, which cannot be fetched here: the Go that is on PATH stays. */
export const FAKE_SETUP_GO = `name: fake setup-go
description: Leaves the Go that is there.
inputs:
  go-version: { description: Not looked at. }
  go-version-file: { description: Not looked at. }
  cache: { description: Not looked at. }
runs:
  using: composite
  steps: [{ run: go version, shell: bash }]
`

/** As the workflow names it, for act's \`--local-repository\`. */
export const setupGoReference = (): string => {
  const [, reference] = /uses: (actions\/setup-go@\S+)/.exec(read('.github/workflows/go-release.yml')) ?? []
  if (reference === undefined) throw new Error('the workflow does not use actions/setup-go')
  return reference
}
