// Turns calls of GitHub's CacheService (v2) into a list of cache entries, whose archives are blobs.

import type { Blobs } from './blobs.js'
import { readMessage, Refusal, type Method } from './twirp.js'

/** A cache entry, in the order of creation. `size` is absent until its upload is finalized. */
export interface StoredCacheEntry {
  readonly id: number
  readonly key: string
  /** The client's hash of the cached paths and the compression. */
  readonly version: string
  readonly blob: string
  size?: number
}

/** A key has at most 512 characters and no comma; an entry is looked up by at most ten keys. */
const MAX_KEY_LENGTH = 512
const MAX_KEYS = 10

function checkKey(key: string): void {
  if (key.length > MAX_KEY_LENGTH || key.includes(',')) {
    throw new Refusal(
      400,
      'invalid_argument',
      `key: more than ${MAX_KEY_LENGTH} characters, or a comma: ${key}`,
    )
  }
}

/** The service's methods, and the entries that they make. Entries never change once they are finalized. */
export function cacheService(blobs: Blobs): {
  entries: StoredCacheEntry[]
  methods: Readonly<Record<string, Method>>
} {
  const entries: StoredCacheEntry[] = []

  const methods: Record<string, Method> = {
    CreateCacheEntry(body) {
      const { key, version } = readMessage(body, { key: 'string', version: 'string' }, {})
      checkKey(key)
      if (entries.some((entry) => entry.key === key && entry.version === version)) {
        throw new Refusal(
          409,
          'already_exists',
          'cache entry with the same key, version, and scope already exists',
        )
      }
      const blob = blobs.create('cache.tar')
      entries.push({ id: entries.length + 1, key, version, blob })
      return { ok: true, signed_upload_url: blobs.signedUrl(blob, 'cw') }
    },

    async FinalizeCacheEntryUpload(body) {
      const request = readMessage(body, { key: 'string', version: 'string', size_bytes: 'int64' }, {})
      const entry = entries.find(({ key, version }) => key === request.key && version === request.version)
      if (entry === undefined)
        throw new Refusal(404, 'not_found', `no cache entry "${request.key}" of this version`)
      const size = await blobs.size(entry.blob)
      if (size !== request.size_bytes) {
        throw new Refusal(
          400,
          'invalid_argument',
          `size_bytes is ${request.size_bytes}, ${size ?? 0} bytes were uploaded`,
        )
      }
      entry.size = size
      return { ok: true, entry_id: String(entry.id) }
    },

    // The sequence is that of https://docs.github.com/en/actions/reference/dependency-caching-reference: the key itself, then
    // the newest that it is a prefix of, then each restore key alike.
    GetCacheEntryDownloadURL(body) {
      const request = readMessage(body, { key: 'string', version: 'string' }, { restore_keys: 'strings' })
      const keys = [request.key, ...(request.restore_keys ?? [])]
      if (keys.length > MAX_KEYS)
        throw new Refusal(400, 'invalid_argument', `${keys.length} keys, at most ${MAX_KEYS}`)
      keys.forEach(checkKey)
      const newestFirst = entries
        .filter(({ version, size }) => version === request.version && size !== undefined)
        .reverse()
      for (const key of keys) {
        const entry =
          newestFirst.find((one) => one.key === key) ?? newestFirst.find((one) => one.key.startsWith(key))
        if (entry === undefined) continue
        return { ok: true, signed_download_url: blobs.signedUrl(entry.blob, 'r'), matched_key: entry.key }
      }
      return { ok: false }
    },
  }
  return { entries, methods }
}
