// Turns what the machine has into how many targets are built at once, and what each go command may take of it.
import type { Environment, Host } from '../host/host.js'

type Machine = Pick<Host['machine'], 'cores' | 'memory'>

/** What one go command may take of the machine. */
export interface Share {
  /** Compilers and linkers that it may run at once: `-p`. */
  readonly compilers: number
  /** Laid over its environment, and by that over its compilers'. */
  readonly environment: Environment
}

/** Lets go commands start, first come, first served. */
export interface Budget {
  /** Waits until one of the places for builds is free. */
  share<T>(work: (share: Share) => Promise<T>): Promise<T>
  /** Waits until no build runs, and lets none start before `work` has ended. */
  alone<T>(work: (share: Share) => Promise<T>): Promise<T>
}

/** What linking a large program, and compiling a large package, needs at its worst. */
const BYTES_PER_BUILD = 2 * 1024 ** 3
const BYTES_PER_COMPILER = 700 * 1024 ** 2

const MIB = 1024 ** 2
/** The rest is for this process, the C compilers, and the system's cache of files. */
const MEMORY_FOR_GO = 0.75
/** A compiler that comes near its limit collects garbage all the time; some need two thirds of this. */
const MIN_LIMIT_MIB = 1024

/** The least memory by the least speed: for what was killed when it had more. */
const ALONE: Share = { compilers: 1, environment: {} }

/**
 * @param environment of this run: what the user has set there wins
 * @param asked how many targets the user wants to be built at once
 */
export function openBudget(
  { machine, environment }: { readonly machine: Machine; readonly environment: Environment },
  targets: number,
  asked: number | undefined,
): Budget {
  const parallelism = planParallelism(machine, targets, asked)
  const { parallel, compilers } = parallelism
  const share = { compilers, environment: toolchainEnvironment(machine, parallelism, environment) }
  const take = createPlaces(parallel)
  return {
    share: (work) => take(1, () => work(share)),
    alone: (work) => take(parallel, () => work(ALONE)),
  }
}

/**
 * How many targets are built at once, and how many compilers each may run. Of several targets some wait for a package that
 * others need or link, which takes one core, so that together they may run two compilers for each core.
 */
export function planParallelism(
  { cores, memory }: Machine,
  targets: number,
  asked: number | undefined,
): { parallel: number; compilers: number } {
  const parallel = Math.min(
    targets,
    asked ?? Math.max(1, Math.min(cores, Math.floor(memory / BYTES_PER_BUILD))),
  )
  const affordable = Math.floor(memory / BYTES_PER_COMPILER / parallel)
  const wanted = parallel === 1 ? cores : Math.ceil((2 * cores) / parallel)
  return { parallel, compilers: Math.max(1, Math.min(wanted, affordable)) }
}

/**
 * The cores of a target's part for each compiler, and no garbage collection in it before it has used its part of the memory.
 *
 * Seven targets of four programs, cold, on 2 cores, beside the same two builds at once in Go's own environment: about 0.85 of
 * the time and of the CPU time, and nothing gained where GOGC=off is left out. One build at once, or one compiler for each,
 * is slower; four or seven builds at once, or temporary files in memory, gain nothing.
 */
export function toolchainEnvironment(
  { cores, memory }: Machine,
  { parallel, compilers }: { readonly parallel: number; readonly compilers: number },
  environment: Environment,
): Environment {
  const isSet = (name: string) => (environment[name] ?? '') !== ''
  const limit = Math.floor((MEMORY_FOR_GO * memory) / MIB / (parallel * compilers))
  return {
    ...(isSet('GOMAXPROCS') ? {} : { GOMAXPROCS: `${Math.max(1, Math.round(cores / parallel))}` }),
    // Either of them alone turns off the large heap that Go's compiler starts with.
    ...(isSet('GOGC') || isSet('GOMEMLIMIT') || limit < MIN_LIMIT_MIB
      ? {}
      : { GOGC: 'off', GOMEMLIMIT: `${limit}MiB` }),
  }
}

/** Whoever waits for many places keeps those that came later waiting too, or it would wait for ever. */
function createPlaces(total: number): <T>(places: number, work: () => Promise<T>) => Promise<T> {
  let free = total
  const waiting: { readonly places: number; readonly start: () => void }[] = []
  const startNext = () => {
    for (let next = waiting[0]; next !== undefined && next.places <= free; next = waiting[0]) {
      waiting.shift()
      free -= next.places
      next.start()
    }
  }
  return async (places, work) => {
    await new Promise<void>((start) => {
      waiting.push({ places, start })
      startNext()
    })
    try {
      return await work()
    } finally {
      free += places
      startNext()
    }
  }
}
