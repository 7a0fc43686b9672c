// Turns the list form of the matrix (goos/goarch[/variant], wildcards, pairs taken away) into targets.
import { describeVariants, parseArchitecture } from './architecture.js'
import { cgoObstacle, isBuildable, legalTarget, pair, unknownPair } from './legal-target.js'
import { formatTarget } from './target.js'
import type { Platform, Target } from './target.js'
import { didYouMean } from '../nearest.js'
import { matrixError, shown } from './wording.js'

interface Item {
  /** As it was written, for messages. */
  readonly text: string
  readonly takesAway: boolean
  /** `*` for any. */
  readonly goos: string
  /** `*` for any. */
  readonly goarch: string
  readonly variant: string | undefined
  readonly firstClassOnly: boolean
}

/**
 * Items stand between commas and line ends; `#` starts a comment; a line may be an item of a YAML list (`- …`).
 * Wildcards bring the pairs that can be built with the given cgo, in the order of `platforms`; what several items bring
 * is one target. `!item` takes away what wildcards bring, wherever in the list it stands.
 *
 * @throws InputError for an item that cannot be read or built, a target that is named twice, and a `!item` that takes
 * away nothing or something that is named
 */
export function parseTargetList(text: string, platforms: readonly Platform[], cgo: boolean): Target[] {
  const items = splitItems(text).map((item) => parseItem(item, platforms))
  const targets = new Map<string, Target>()
  const named = new Map<string, string>()
  for (const item of items.filter(({ takesAway }) => !takesAway)) {
    for (const target of targetsOf(item, platforms, cgo)) {
      const id = formatTarget(target)
      targets.set(id, target)
      if (isWildcard(item)) continue
      const earlier = named.get(id)
      if (earlier !== undefined) {
        throw matrixError(`${item.text}: ${earlier} is the same target; name it once`)
      }
      named.set(id, item.text)
    }
  }
  const takenAway = new Set<string>()
  for (const item of items.filter(({ takesAway }) => takesAway)) {
    const ids = matchingIds(item, targets, platforms)
    const [kept] = ids.flatMap((id) => named.get(id) ?? [])
    if (kept !== undefined) {
      throw matrixError(`${item.text}: the list itself names ${kept}; leave out one of the two`)
    }
    if (ids.length === 0) {
      const mode = cgo ? 'on' : 'off'
      throw matrixError(`${item.text}: takes away nothing; no wildcard here brings it with cgo ${mode}`)
    }
    for (const id of ids) takenAway.add(id)
  }
  return [...targets].flatMap(([id, target]) => (takenAway.has(id) ? [] : [target]))
}

function splitItems(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim())
  return lines
    .flatMap((line) => unquoted(line.replace(/^-(?:\s+|$)/, '')).split(','))
    .map((item) => unquoted(item.trim()))
    .filter((item) => item !== '')
}

function unquoted(text: string): string {
  return text.replace(/^(["'])([^"']*)\1$/, '$2').trim()
}

function parseItem(written: string, platforms: readonly Platform[]): Item {
  const text = shown(written)
  const [separator] = /[\s;]/.exec(written) ?? []
  if (separator !== undefined) {
    const what = separator === ';' ? 'a semicolon' : 'white space'
    throw matrixError(`${text}: ${what} inside an item; put a comma or a new line between items`)
  }
  const takesAway = written.startsWith('!')
  const words = takesAway ? written.slice(1) : written
  const any = { text, takesAway, goos: '*', goarch: '*', variant: undefined }
  if (words === 'all' || words === '*') return { ...any, firstClassOnly: false }
  if (words === 'first-class') return { ...any, firstClassOnly: true }

  const [goos, goarch, variant, ...rest] = words.split('/')
  if (goos === undefined || goarch === undefined || rest.length > 0) {
    const hint = didYouMean(words, ['all', 'first-class', ...platforms.map(pair)])
    throw matrixError(`${text}: expected goos/goarch, goos/goarch/variant, all or first-class${hint}`)
  }
  if (goarch === '*' && variant !== undefined) {
    throw matrixError(`${text}: a variant needs its goarch, as in ${goos}/arm/6`)
  }
  return { text, takesAway, goos, goarch, variant, firstClassOnly: false }
}

function isWildcard({ goos, goarch }: Item): boolean {
  return goos === '*' || goarch === '*'
}

function targetsOf(item: Item, platforms: readonly Platform[], cgo: boolean): Target[] {
  const wanted = { item: item.text, variant: item.variant, overrides: {} }
  if (!isWildcard(item)) {
    return [legalTarget({ ...wanted, goos: item.goos, goarch: item.goarch }, platforms, cgo)]
  }
  const matching = matchingPlatforms(item, platforms)
  const buildable = matching.filter((platform) => isBuildable(platform, cgo))
  if (buildable.length === 0) {
    const obstacles = matching
      .map((platform) => cgoObstacle(platform, cgo))
      .filter((text) => text !== undefined)
    throw matrixError(`${item.text}: ${obstacles[0] ?? 'this version of the action knows none of it'}`)
  }
  return buildable.map(({ GOOS, GOARCH }) =>
    legalTarget({ ...wanted, goos: GOOS, goarch: GOARCH }, platforms, cgo),
  )
}

function matchingPlatforms(item: Item, platforms: readonly Platform[]): Platform[] {
  const matching = platforms.filter(
    ({ GOOS, GOARCH, FirstClass }) =>
      (item.goos === '*' || item.goos === GOOS) &&
      (item.goarch === '*' || item.goarch === GOARCH) &&
      (FirstClass || !item.firstClassOnly),
  )
  if (matching.length === 0) {
    const legal = platforms.map(({ GOOS, GOARCH }) =>
      item.goos === '*' ? `*/${GOARCH}` : item.goarch === '*' ? `${GOOS}/*` : `${GOOS}/${GOARCH}`,
    )
    throw unknownPair(item.text, item.goos, item.goarch, [...new Set(legal)])
  }
  return matching
}

/** Which of the targets the item stands for: every variant, unless it names one. */
function matchingIds(
  item: Item,
  targets: ReadonlyMap<string, Target>,
  platforms: readonly Platform[],
): string[] {
  const matching = matchingPlatforms(item, platforms)
  if (item.variant === undefined) {
    const pairs = new Set(matching.map(pair))
    return [...targets].flatMap(([id, { goos, goarch }]) => (pairs.has(`${goos}/${goarch}`) ? [id] : []))
  }
  const architecture = parseArchitecture(item.goarch, item.variant)
  if (architecture === undefined)
    throw matrixError(`${item.text}: no such variant; ${describeVariants(item.goarch)}`)
  return matching
    .map(({ GOOS }) => formatTarget({ goos: GOOS, ...architecture, overrides: {} }))
    .filter((id) => targets.has(id))
}
