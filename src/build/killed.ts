// Tells from how a go command ended whether it, or a program that it ran, was killed because memory ran out.

/** Words of go, its runtime and linker, GCC, GNU ld and Windows. */
const OUT_OF_MEMORY =
  /signal: killed|Killed signal|signal 9|cannot allocate memory|out of memory|memory exhausted|paging file is too small/i

/** What a compiler says of a line of the user's, who may write of memory too. */
const OF_A_LINE = /:\d+: /

/** Linux kills the largest process: the compiler, the linker or go itself. */
export function wasKilledForMemory({
  signal,
  stderr,
}: {
  readonly signal: string | undefined
  readonly stderr: string
}): boolean {
  if (signal === 'SIGKILL') return true
  return stderr.split(/[\r\n]+/).some((line) => OUT_OF_MEMORY.test(line) && !OF_A_LINE.test(line))
}
