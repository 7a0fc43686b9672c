// Files as the readers of the linkage check get them from a disk.

import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ActionError, FormatError } from '../../src/errors.js'
import { withFile } from '../../src/linkage/reader.js'
import { temporaryFolder } from '../support/temporary.js'

const folder = temporaryFolder('reader')

test('a file that shrinks while it is read', async () => {
  const file = join(folder, 'program')
  writeFileSync(file, 'abcdefgh')
  const reading = withFile(file, (bytes) => {
    truncateSync(file, 2)
    return bytes.read(0, 4, 'the magic')
  })
  await expect(reading).rejects.toThrow(
    new FormatError(2, 'the file shrank while the magic was read').message,
  )
})

test.each([
  [folder, 'it is not a regular file'],
  [join(folder, 'nothing'), 'ENOENT'],
])('%s, which is no file', async (file, why) => {
  const reading = withFile(file, () => undefined)
  await expect(reading).rejects.toThrow(ActionError)
  await expect(reading).rejects.toThrow(`cannot read ${file}: ${why}`)
})
