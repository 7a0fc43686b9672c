// Files that were made to mislead: none of them passes the policy `static` for the platform that it is called.

import { FormatError } from '../../../src/errors.js'
import { parseChecks, runChecks } from '../../../src/linkage/checks.js'
import { inspectBytes } from '../../../src/linkage/inspection.js'
import { bytesOf } from './bytes-of.js'
import { elfEvasions, soundElf } from './evasions/elf.js'
import { machoEvasions, soundMacho } from './evasions/macho.js'
import { otherEvasions, otherSound } from './evasions/others.js'
import { peEvasions, soundPe } from './evasions/pe.js'

const CHECKS = parseChecks('')

/** Every reason that the format, the platform and the policy `static` give; empty where the file passes. */
function refusalsOf(file: Uint8Array, pair: string): string[] {
  const [goos = '', goarch = ''] = pair.split('/')
  try {
    const inspection = inspectBytes(bytesOf(file), goos)
    const results = runChecks(inspection, { goos, goarch, policy: { kind: 'static' } }, CHECKS)
    return results.flatMap(({ check, outcome, messages }) =>
      outcome === 'refused' && (check === 'platform' || check === 'linkage') ? messages : [],
    )
  } catch (error) {
    if (error instanceof FormatError) return [error.message]
    throw error
  }
}

const evasions = [...elfEvasions, ...machoEvasions, ...peEvasions, ...otherEvasions]

test.each([...soundElf, ...soundMacho, ...soundPe, ...otherSound])('%s: a sound file', (pair, file) => {
  expect(refusalsOf(file, pair)).toEqual([])
})

test('there are more than 100', () => {
  expect(evasions.length).toBeGreaterThan(100)
})

test.each(evasions)('$pair: $name ($why)', ({ pair, file, refused }) => {
  expect(refusalsOf(file, pair).join('\n')).toMatch(refused)
})
