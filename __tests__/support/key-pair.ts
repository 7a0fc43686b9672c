// A fresh cosign key pair with a password, for tests that sign.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChecked } from './processes.js'
import { temporaryFolder } from './temporary.js'
import { tools } from './test-tools.js'

export interface KeyPair {
  /** PEM, encrypted. */
  readonly privateKey: string
  readonly password: string
  /** Absolute paths. */
  readonly privateKeyFile: string
  readonly publicKeyFile: string
}

export async function createKeyPair(): Promise<KeyPair> {
  const prefix = join(temporaryFolder('key'), 'release')
  const password = 'correct horse battery staple'
  await runChecked([tools.cosign, 'generate-key-pair', '--output-key-prefix', prefix], {
    env: { COSIGN_PASSWORD: password },
  })
  return {
    privateKey: readFileSync(`${prefix}.key`, 'utf8'),
    password,
    privateKeyFile: `${prefix}.key`,
    publicKeyFile: `${prefix}.pub`,
  }
}
