// A file -> what it says of itself, before anything judges it.
import { readLinkage } from '../../../src/linkage/inspect.js'
import type { Linkage } from '../../../src/linkage/index.js'
import { withFile } from '../../../src/linkage/reader.js'

/** Rejects with a FormatError where it is no whole program or shared library of a format that is known. */
export const readLinkageOf = (file: string): Promise<Linkage> => withFile(file, readLinkage)
