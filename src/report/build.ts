// What the go commands of a target did -> words.
import type { TargetReport } from './report.js'

/** As in `built in 12.3 s: 185 compiled, 0 cached, 4 linked`. */
export function formatBuild(target: TargetReport): string {
  const work = formatWork(target)
  return `built in ${(target.buildSeconds ?? 0).toFixed(1)} s${work === '' ? '' : `: ${work}`}`
}

/** Empty where nothing is known. */
export function formatWork({ work, retried }: TargetReport): string {
  return [
    ...(work === undefined
      ? []
      : [
          `${work.compiled} compiled`,
          `${work.cached} cached`,
          `${work.linked} linked`,
          ...(work.upToDate === 0 ? [] : [`${work.upToDate} up to date`]),
        ]),
    ...(retried === undefined ? [] : [`retried: ${retried}`]),
  ].join(', ')
}
