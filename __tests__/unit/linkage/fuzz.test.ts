// The linkage check on changed and cut files of every format: it accepts or refuses, and does nothing else. `npm run fuzz` does millions.

import { cutEverywhere, fuzz, type Mutant } from '../../support/mutants.js'
import { smallFiles } from './small-files.js'

const describeMutant = ({ index, name, problem }: Mutant): string => `${name}, ${index}: ${problem}`

test('mutants', () => {
  const told: string[] = []
  const { refused } = fuzz(smallFiles, { seed: 1, count: 40_000 }, (mutant) =>
    told.push(describeMutant(mutant)),
  )
  expect(told).toEqual([])
  // Neither all too harmless nor all too broken.
  expect(refused).toBeGreaterThan(10_000)
  expect(refused).toBeLessThan(38_000)
})

test('50 small files and more, cut at every byte', () => {
  const told: string[] = []
  expect(smallFiles.length).toBeGreaterThanOrEqual(50)
  expect(cutEverywhere(smallFiles, (mutant) => told.push(describeMutant(mutant)))).toBeGreaterThan(10_000)
  expect(told).toEqual([])
})
