// createLocalHost: a laptop has nobody who vouches for it.
import { createLocalHost } from '../../../src/host/local.js'

test('there is no id-token', async () => {
  await expect(createLocalHost({}).idToken('sigstore')).rejects.toThrow(
    'there is no id-token outside a workflow',
  )
})
