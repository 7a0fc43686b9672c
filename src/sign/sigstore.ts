// The files that describe another Sigstore than the public one -> what cosign is told of it.
import { readFile } from 'node:fs/promises'
import { InputError } from '../errors.js'

/** Absolute paths, and what there is in the trusted root to verify by. */
export interface PrivateSigstore {
  readonly signingConfig: string
  readonly trustedRoot: string
  readonly hasCtLog: boolean
  readonly hasTimestampAuthority: boolean
}

/** @throws InputError naming the file that cannot be used */
export async function readPrivateSigstore(
  signingConfig: string,
  trustedRoot: string,
): Promise<PrivateSigstore> {
  const { caUrls } = await readJson('sigstore-signing-config', signingConfig)
  if (!isFilled(caUrls)) {
    throw new InputError(
      'sigstore-signing-config',
      `${signingConfig} names no caUrls, so that nobody would certify who signs; make it with cosign signing-config create --fulcio …`,
    )
  }
  const { certificateAuthorities, ctlogs, timestampAuthorities } = await readJson(
    'sigstore-trusted-root',
    trustedRoot,
  )
  if (!isFilled(certificateAuthorities)) {
    throw new InputError(
      'sigstore-trusted-root',
      `${trustedRoot} names no certificateAuthorities, so that nothing could be verified; make it with cosign trusted-root create --fulcio …`,
    )
  }
  return {
    signingConfig,
    trustedRoot,
    hasCtLog: isFilled(ctlogs),
    hasTimestampAuthority: isFilled(timestampAuthorities),
  }
}

async function readJson(input: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (error) {
    throw new InputError(input, `${file} cannot be read: ${String(error)}`, { cause: error })
  }
  throw new InputError(input, `${file} is no JSON object; cosign makes one`)
}

const isFilled = (list: unknown): boolean => Array.isArray(list) && list.length > 0
