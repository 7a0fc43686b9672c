// Files into a release that has them all with the digests they have here.
import type { Artifact, ArtifactKind } from '../artifact.js'
import { mapConcurrently } from '../concurrently.js'
import { ActionError } from '../errors.js'
import type { Host } from '../host/host.js'
import type { Terms } from './patience.js'
import type { Asset, Release, Repository } from './repository.js'
import { keepsName } from './request.js'
import { backoff, BrokenOff, statusOf } from './trouble.js'

export interface Filled {
  /** Names of files that were not there with these bytes. */
  readonly uploaded: readonly string[]
  readonly kept: readonly string[]
}

/** What each run makes anew of the same files: none is as another's. */
const ANEW: readonly ArtifactKind[] = ['signature', 'provenance', 'manifest']
const isAnew = ({ kind }: Artifact): boolean => ANEW.includes(kind)

const AT_ONCE = 3
/** How often what may change by itself is looked at, with growing pauses. */
const LOOKS = 3

/** @throws ActionError naming the files that GitHub would rename */
export function checkNames(files: readonly Artifact[]): void {
  const renamed = namesOf(files.filter(({ name }) => !keepsName(name)))
  if (renamed === '') return
  throw new ActionError(
    `release: GitHub would rename ${renamed}; a file of a release has letters, digits, and . _ + - in its name, and no period at its ends`,
  )
}

export class Filling {
  readonly #host: Host
  readonly #terms: Terms
  readonly #repository: Repository
  readonly #release: Release
  readonly #overwrite: boolean
  #replacesAnew = false

  constructor(host: Host, terms: Terms, repository: Repository, release: Release, overwrite: boolean) {
    this.#host = host
    this.#terms = terms
    this.#repository = repository
    this.#release = release
    this.#overwrite = overwrite
  }

  /** @throws ActionError naming the files that cannot get there */
  async fill(all: readonly Artifact[]): Promise<Filled> {
    const there = await this.#assets()
    const files = this.#settle(all, there)
    const missing = files.filter((file) => !isRight(there.get(file.name), file))
    if (this.#release.immutable === true && missing.length > 0) {
      throw new ActionError(
        `release: ${this.#release.tag_name} is published and immutable, and has not these bytes of ${namesOf(missing)}; release them under a new tag`,
      )
    }
    const others = missing.filter((file) => !this.#mayReplace(file) && isWhole(there.get(file.name)))
    if (others.length > 0) throw this.#refuse(others)
    let stopped = false
    await mapConcurrently(missing, AT_ONCE, async (file) => {
      if (stopped) return
      try {
        await this.#put(file, there.get(file.name))
        this.#host.log.info(`uploaded ${file.name}`)
      } catch (error) {
        stopped = true
        throw error
      }
    })
    await this.#confirm(files)
    const uploaded = missing.map(({ name }) => name)
    return { uploaded, kept: all.map(({ name }) => name).filter((name) => !uploaded.includes(name)) }
  }

  /** What an earlier run has published of them stays: it is of the same files, which are looked at. */
  #settle(files: readonly Artifact[], there: ReadonlyMap<string, Asset>): readonly Artifact[] {
    const complete = files.filter(isAnew).every(({ name }) => isWhole(there.get(name)))
    this.#replacesAnew = this.#release.draft || !complete
    return this.#replacesAnew || this.#overwrite ? files : files.filter((file) => !isAnew(file))
  }

  /** Nobody relies on the signatures of a draft, nor on half of a set. */
  #mayReplace(file: Artifact): boolean {
    return this.#overwrite || (this.#replacesAnew && isAnew(file))
  }

  /** By name. */
  async #assets(): Promise<Map<string, Asset>> {
    const { id, tag_name: tag } = this.#release
    const assets = await this.#repository.patiently(`the files of ${tag}`, () => this.#repository.assets(id))
    return new Map(assets.map((asset) => [asset.name, asset]))
  }

  async #put(file: Artifact, first: Asset | undefined): Promise<void> {
    const patience = this.#repository.patience(file.name)
    let there = first
    let mine = false
    for (;;) {
      try {
        if (!mine) there = await this.#awaitOther(there)
        if (isRight(there, file)) return
        if (there !== undefined) await this.#clear(there, file)
        await this.#send(file)
        return
      } catch (error) {
        // What broke off has left its own beginning there; what was refused has left nothing.
        const status = statusOf(error)
        mine = status === undefined || status >= 500
        const hopeless = await patience.bear(error).then(
          () => undefined,
          (explained: unknown) => ({ explained }),
        )
        try {
          // An upload may have arrived though its answer did not, or be another run's.
          there = (await this.#assets()).get(file.name)
        } catch (unlisted) {
          throw hopeless === undefined ? unlisted : hopeless.explained
        }
        if (hopeless !== undefined && !isRight(there, file)) throw hopeless.explained
      }
    }
  }

  async #send(file: Artifact): Promise<void> {
    const asset = await this.#repository.upload(this.#release, file)
    if (asset.name !== file.name) {
      await this.#delete(asset)
      throw new ActionError(
        `release: GitHub renamed ${file.name} to ${asset.name}, which was removed again; give the file another name`,
      )
    }
    // A digest that is not told yet is asked for at the end.
    if (isRight({ ...asset, digest: asset.digest ?? digestOf(file) }, file)) return
    await this.#delete(asset)
    throw new BrokenOff(
      `GitHub received ${describe(asset)} instead of ${describe({ ...asset, size: file.size, digest: digestOf(file) })}`,
    )
  }

  /** Another run may be sending it at this moment; what stays unfinished is left of a failed upload. */
  async #awaitOther(asset: Asset | undefined): Promise<Asset | undefined> {
    let there = asset
    for (let look = 1; look <= LOOKS && there !== undefined && there.state !== 'uploaded'; look++) {
      await this.#terms.sleep(backoff(look))
      there = (await this.#assets()).get(there.name)
    }
    return there
  }

  async #clear(there: Asset, file: Artifact): Promise<void> {
    if (isWhole(there) && !this.#mayReplace(file)) throw this.#refuse([file])
    await this.#delete(there)
  }

  #delete({ id, name }: Asset): Promise<void> {
    return this.#repository.patiently(`removing ${name}`, () => this.#repository.deleteAsset(id))
  }

  #refuse(files: readonly Artifact[]): ActionError {
    return new ActionError(
      `release: ${this.#release.tag_name} has ${namesOf(files)} already, with other bytes; remove them there, or set overwrite: true`,
    )
  }

  /** What another run, or a person, has removed or replaced meanwhile shows here. */
  async #confirm(files: readonly Artifact[]): Promise<void> {
    for (let look = 1; ; look++) {
      const there = await this.#assets()
      const wrong = files.filter((file) => !isRight(there.get(file.name), file))
      if (wrong.length === 0) return
      if (look > LOOKS) {
        const told = wrong.map(({ name }) => `${name} (${describe(there.get(name))})`)
        throw new ActionError(
          `release: ${this.#release.tag_name} does not hold what was uploaded: ${told.join(', ')}; see that nothing else writes to it, and run this again`,
        )
      }
      await this.#terms.sleep(backoff(look))
    }
  }
}

const digestOf = ({ sha256 }: Artifact): string => `sha256:${sha256}`

const isWhole = (asset: Asset | undefined): boolean => asset?.state === 'uploaded'

function isRight(asset: Asset | undefined, file: Artifact): boolean {
  return asset?.state === 'uploaded' && asset.size === file.size && asset.digest === digestOf(file)
}

function describe(asset: Asset | undefined): string {
  return asset === undefined ? 'not there' : `${asset.size} bytes, ${asset.digest ?? 'no digest'}`
}

const namesOf = (files: readonly Artifact[]): string => files.map(({ name }) => name).join(', ')
