// The bytes of a zip that somebody else made -> the files in it that are wanted, and an error for any other.
import { unzipSync } from 'fflate'
import { ActionError } from '../errors.js'

/** What is released is compressed already, so that a zip that is far smaller than its files is made to fill the memory. */
const MAX_RATIO = 20
const SLACK_BYTES = 1024 ** 2

/**
 * Names are compared with those that are wanted, so that none leads anywhere; nothing is written.
 *
 * @param wanted each must be there, unless it is `optional`, and no other may be
 * @throws ActionError where the zip holds something else, or a name twice
 */
export function readZip(
  zip: Uint8Array,
  wanted: ReadonlySet<string>,
  optional: ReadonlySet<string> = new Set(),
): Map<string, Uint8Array> {
  const most = zip.length * MAX_RATIO + SLACK_BYTES
  const seen = new Set<string>()
  let total = 0
  const files = unpack(zip, (name, size) => {
    if (!wanted.has(name)) throw new ActionError(`it holds ${JSON.stringify(name)}, which is not in the plan`)
    if (seen.has(name)) throw new ActionError(`it holds ${name} twice`)
    seen.add(name)
    total += size
    if (total > most) throw new ActionError(`it unpacks to more than ${MAX_RATIO} times its size`)
  })
  const missing = [...wanted].filter((name) => !seen.has(name) && !optional.has(name))
  if (missing.length > 0) throw new ActionError(`it does not hold ${missing.join(', ')}`)
  return files
}

function unpack(zip: Uint8Array, check: (name: string, size: number) => void): Map<string, Uint8Array> {
  try {
    const files = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        check(name, originalSize)
        return true
      },
    })
    return new Map(Object.entries(files))
  } catch (error) {
    if (error instanceof ActionError) throw error
    throw new ActionError(`it is no zip, or a broken one: ${String(error)}`, { cause: error })
  }
}
