// prepareKeySigning on texts that are no key: refused before cosign is asked, and never shown.
import { createLocalHost } from '../../src/host/local.js'
import { openScratch } from '../../src/host/scratch.js'
import { prepareKeySigning } from '../../src/sign/index.js'
import { temporaryModule } from '../support/modules.js'
import { cleanEnvironment } from '../support/processes.js'

const NO_COSIGN = '/no/cosign'

async function prepare(key: string, variables: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const workspace = await temporaryModule({
    'password.txt': 'hunter2\n',
    'cosign.pub': '-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----\n',
    'cosign.key': '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nhunter2\n',
  })
  const host = createLocalHost({ ...cleanEnvironment(), ...variables })
  const folders = { ...host.folders, workspace, scratch: `${workspace}/scratch` }
  await openScratch(folders.scratch)
  return prepareKeySigning({ ...host, folders }, NO_COSIGN, key, undefined).catch((error: unknown) => error)
}

const noKey = (key: string) =>
  `input cosign-key: ${key} is no key of cosign's (no -----BEGIN … PRIVATE KEY-----); make one with cosign generate-key-pair`

test.each<[key: string, variables: Readonly<Record<string, string>>, message: string]>([
  ['password.txt', {}, noKey('password.txt')],
  ['cosign.pub', {}, noKey('cosign.pub')],
  ['env://SIGNING_KEY', { SIGNING_KEY: 'hunter2' }, noKey('env://SIGNING_KEY')],
  [
    'env://SIGNING_KEY',
    {},
    'input cosign-key: the environment variable SIGNING_KEY is empty or not set; set it under env, from a secret that this run can read',
  ],
  ['env://', {}, 'input cosign-key: env:// names no variable; write env://NAME'],
])('%s with %j', async (key, variables, message) => {
  expect(await prepare(key, variables)).toMatchObject({ name: 'InputError', message })
})

test.each(['cosign.key', 'gone.key', 'awskms:///alias/key'])('%s is left to cosign', async (key) => {
  expect(await prepare(key)).toMatchObject({ message: expect.stringContaining(NO_COSIGN) as string })
})
