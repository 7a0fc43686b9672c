// The text and the version of Go build info -> the bytes that Go's linker makes of them.

const START = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex')
const END = Buffer.from('f932433186182072008242104116d8f2', 'hex')

export const BUILD_INFO_MAGIC = Buffer.from('\xff Go buildinf:', 'latin1')

/** A module text between its marks. */
export const framed = (text: string): Buffer => Buffer.concat([START, Buffer.from(text), END])

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]

const counted = (content: Buffer): Buffer => Buffer.concat([Buffer.from(varint(content.length)), content])

/** Header, version and module text, as since Go 1.18. */
export const blob = (version: string, text: Buffer): Buffer =>
  Buffer.concat([
    BUILD_INFO_MAGIC,
    Buffer.from([8, 2]),
    Buffer.alloc(16),
    counted(Buffer.from(version)),
    counted(text),
    Buffer.alloc(16),
  ])
