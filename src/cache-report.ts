// What is known of the build cache at the end of a run, and the lines that tell it.

export interface Transfer {
  /** Wall-clock time, all in all. */
  readonly seconds: number
  /** Of these, between this machine and the cache service. */
  readonly transferSeconds: number
  /** Of the compressed pack. */
  readonly bytes: number
}

/** Of the modules' downloads; nothing of it where Go downloads them itself. */
export interface ModulesReport {
  readonly restore?: Transfer
  readonly save?: Transfer
}

export interface CacheReport {
  /** Under which this run's cache is saved; until it is built, the part that is known. */
  readonly key: string
  /** The key whose entry was restored; empty where none was. */
  readonly matchedKey: string
  /** Whether that entry is of the same flags, targets and modules. */
  readonly hit: boolean
  /** What is not done, or is done all the same, and why. */
  readonly notes: readonly string[]
  /** What the restored entry was made of otherwise, one line for each ingredient. */
  readonly differs: readonly string[]
  readonly restore?: Transfer & {
    readonly files: number
    readonly unpackedBytes: number
    /** Files left out, since they are not what their names say. */
    readonly refused: number
  }
  /** What this run did not use, and so is not saved. */
  readonly prune?: { readonly seconds: number; readonly files: number; readonly bytes: number }
  readonly save?: Transfer
  /** Why nothing was saved. */
  readonly notSaved?: string
  /** CPU seconds of compiling: what this run did, and what it took from the restored entry. */
  readonly compiled?: number
  readonly spared?: number
  /** Seconds of wall-clock time that the cache gained this run; negative where it lost. Absent where nothing was restored. */
  readonly netSeconds?: number
  readonly modules?: ModulesReport
}

/** For the log and the summary; none where there is nothing to tell, as on a laptop. */
export function describeCache(report: CacheReport): string[] {
  const { restore, prune, save, notSaved, compiled, spared, netSeconds } = report
  return [
    ...(netSeconds === undefined ? [] : [describeGain(report.hit, netSeconds)]),
    ...report.notes,
    ...(restore === undefined
      ? []
      : [
          `restored ${report.matchedKey}: ${megabytes(restore.bytes)} in ${seconds(restore.seconds)}, ${seconds(restore.transferSeconds)} of it to download`,
          ...report.differs.map((line) => `what is restored is of another kind: ${line}`),
        ]),
    ...(restore === undefined || restore.refused === 0
      ? []
      : [`${restore.refused} restored files were not what their names say, and were left out`]),
    ...(compiled === undefined || spared === undefined
      ? []
      : [
          `compiling took ${seconds(compiled)} of CPU time` +
            (spared > 0 ? `; ${seconds(spared)} more were spared by what was restored` : ''),
        ]),
    ...(prune === undefined || prune.files === 0
      ? []
      : [`${prune.files} files that this run did not use are left out (${megabytes(prune.bytes)})`]),
    ...(save === undefined
      ? []
      : [`saved ${report.key}: ${megabytes(save.bytes)} in ${seconds(save.seconds)}`]),
    ...(notSaved === undefined ? [] : [`nothing was saved: ${notSaved}`]),
    ...describeTransfer('restored the modules', report.modules?.restore),
    ...describeTransfer('saved the modules', report.modules?.save),
  ]
}

const describeTransfer = (what: string, transfer: Transfer | undefined): string[] =>
  transfer === undefined ? [] : [`${what}: ${megabytes(transfer.bytes)} in ${seconds(transfer.seconds)}`]

function describeGain(hit: boolean, netSeconds: number): string {
  if (netSeconds >= 0) return `gained ${seconds(netSeconds)} of this run`
  const lost = `lost ${seconds(-netSeconds)} of this run`
  return hit ? `${lost}: set cache: off, and such runs are faster` : lost
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const seconds = (number: number): string => `${number.toFixed(1)} s`
