// `npm run bench [-- NAME… --rounds N --targets N --commits N]`: programs of this folder, or all but the fuzzer -> their figures, all
// bars once more at the end, and exit code 1 where one is missed.

import { printBars } from './bars.js'
import { named } from './settings.js'

const ALL = [
  'linkage-signature',
  'linkage-speed',
  'linkage-agreement',
  'build-speed',
  'cache-restore',
  'cache-commits',
  'own-time',
  'shards',
  'real-modules',
]

const unknown = named.find((name) => !ALL.includes(name))
if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${ALL.join(', ')}`)
try {
  for (const name of named.length === 0 ? ALL : named) await import(`./${name}.js`)
} finally {
  printBars()
}
