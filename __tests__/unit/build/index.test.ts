// planParallelism: cores, memory and what was asked in, targets at once and compilers each out.
import { planParallelism } from '../../../src/build/index.js'

const GIB = 1024 ** 3

test.each<
  [
    name: string,
    cores: number,
    gib: number,
    targets: number,
    asked: number | undefined,
    parallel: number,
    compilers: number,
  ]
>([
  ['a small machine', 2, 8, 7, undefined, 2, 2],
  ["GitHub's runner", 4, 16, 7, undefined, 4, 2],
  ['one core', 1, 8, 7, undefined, 1, 2],
  ['little memory', 4, 3, 7, undefined, 1, 4],
  ['less memory than one build may need', 4, 1, 7, undefined, 1, 1],
  ['memory for some of the cores', 8, 8, 7, undefined, 4, 2],
  ['fewer targets than cores', 8, 64, 2, undefined, 2, 8],
  ['one target', 8, 64, 1, undefined, 1, 16],
  ['as asked, below', 8, 64, 7, 2, 2, 8],
  ['as asked, beyond cores and memory', 2, 2, 7, 6, 6, 1],
  ['never more than there are targets', 2, 8, 3, 256, 3, 2],
])('%s', (_, cores, gib, targets, asked, parallel, compilers) => {
  const machine = { cores, memory: gib * GIB, os: 'linux', arch: 'amd64' }
  expect(planParallelism(machine, targets, asked)).toEqual({ parallel, compilers })
})
