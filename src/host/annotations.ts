// What there is to tell at one level -> what a runner is to show of it beside the files, and what the log alone holds.
import path from 'node:path'
import type { Place } from '../errors.js'
import { pathInside } from '../inside.js'
import type { Told } from './host.js'

/** GitHub shows the first ten annotations of each level that a step makes. Source: _maxIssueCount in actions/runner's ExecutionContext. */
export const SHOWN_OF_A_LEVEL = 10

/**
 * Those with a place go first; the last that is shown says how many more there are.
 *
 * @param room how many may be shown
 */
export function chooseAnnotations(
  level: string,
  all: readonly Told[],
  room: number,
): { readonly shown: readonly Told[]; readonly others: readonly Told[] } {
  const sorted = all.toSorted((a, b) => Number(a.place === undefined) - Number(b.place === undefined))
  const [shown, others] = [sorted.slice(0, Math.max(0, room)), sorted.slice(Math.max(0, room))]
  const last = shown.at(-1)
  if (others.length === 0 || last === undefined) return { shown, others }
  const plural = others.length === 1 ? level : `${level}s`
  const word = `… and ${others.length} more ${plural} in the log`
  return { shown: [...shown.slice(0, -1), { ...last, message: `${last.message}\n${word}` }], others }
}

/** With its file relative to the workspace; undefined where it lies elsewhere, of which a runner shows no lines. */
export function placeInWorkspace(place: Place | undefined, workspace: string): Place | undefined {
  const file = place && pathInside(workspace, path.resolve(workspace, place.file))
  return place === undefined || file === undefined ? undefined : { ...place, file }
}

/** `main.go:3:5: message`, for logs that show no places; a message may name its file itself. */
export function withPlace(message: string, place: Place | undefined, workspace: string): string {
  if (place === undefined) return message
  const { file } = placeInWorkspace(place, workspace) ?? place
  if (message.startsWith(`${file}: `)) return message
  return `${[file, place.line, place.column].filter((part) => part !== undefined).join(':')}: ${message}`
}
