// Turns the reasons why a program is dynamic into lines to print under its refusal.
import type { Complaint } from '../errors.js'
import type { Reason } from './reasons.js'

/** So many reasons of one mend are told one by one. */
const MAX_REASONS_SHOWN = 8

/** One line for each reason, and one for the mend of those that have it in common. */
export function formatReasons(reasons: readonly Reason[]): string[] {
  if (reasons.length === 0) return ['why: no package of it and no flag of the build explains this']
  const mends = [...new Set(reasons.map(({ mend }) => mend))]
  return mends.flatMap((mend) => {
    const alike = reasons.filter((reason) => reason.mend === mend)
    const more = alike.length - MAX_REASONS_SHOWN
    return [
      ...alike.slice(0, MAX_REASONS_SHOWN).map((reason) => `why: ${formatReason(reason)}`),
      ...(more > 0 ? [`why: and ${more} more like these`] : []),
      `mend: ${mend}`,
    ]
  })
}

/** At the lines of the user's own that bring C or libraries in. */
export const complaintsOf = (reasons: readonly Reason[]): Complaint[] =>
  reasons.flatMap((reason) =>
    reason.kind === 'flag' || reason.place === undefined
      ? []
      : { ...reason.place, message: `${formatReason(reason)} makes a program dynamic; ${reason.mend}` },
  )

/** `main → example.test/db → github.com/mattn/go-sqlite3 (cgo)` */
function formatReason(reason: Reason): string {
  switch (reason.kind) {
    case 'flag':
      return reason.flag
    case 'cgo':
      return `${formatChain(reason.chain)} (${reason.chain.at(-1) === 'net' ? 'cgo resolver' : 'cgo'})`
    case 'cgo_import_dynamic':
      return `${formatChain(reason.chain)} (//go:cgo_import_dynamic ${reason.libraries.join(', ')})`
  }
}

function formatChain([, ...imported]: readonly string[]): string {
  return ['main', ...imported].join(' → ')
}
