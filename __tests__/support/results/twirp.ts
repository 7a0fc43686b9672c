// Turns the JSON body of a Twirp call into a typed message, or a refusal in Twirp's words.

/** An answer other than success. `code` is Twirp's name of it: https://twitchtv.github.io/twirp/docs/spec_v7.html#error-codes */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Who calls, from the scope `Actions.Results:<run>:<job>` of the token. */
export interface Caller {
  readonly run: string
  readonly job: string
}

/** A method of a Twirp service: the parsed JSON body in, the JSON answer out. */
export type Method = (body: unknown, caller: Caller) => object | Promise<object>

interface Kinds {
  string: string
  strings: string[]
  int32: number
  int64: number
  timestamp: Date
}
type Shape = Readonly<Record<string, keyof Kinds>>
type Message<Required extends Shape, Optional extends Shape> = {
  readonly [Name in keyof Required]: Kinds[Required[Name]]
} & { readonly [Name in keyof Optional]?: Kinds[Optional[Name]] }

/** Protobuf's JSON mapping: an int64 is a string, a timestamp RFC 3339, a wrapped string (StringValue) a plain one. */
const readers: { readonly [Kind in keyof Kinds]: (value: unknown) => Kinds[Kind] | undefined } = {
  string: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  strings: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
  int32: (value) => (Number.isInteger(value) ? (value as number) : undefined),
  int64: (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined),
  timestamp: (value) => {
    const date = new Date(typeof value === 'string' ? value : Number.NaN)
    return Number.isNaN(date.getTime()) ? undefined : date
  },
}

/**
 * Reads a message by the field names and kinds of GitHub's protobuf definitions. Throws a Refusal (400) for a field that is
 * unknown, missing or of another kind: Twirp itself would pass over an unknown one, a stand-in should not.
 */
export function readMessage<Required extends Shape, Optional extends Shape>(
  body: unknown,
  required: Required,
  optional: Optional,
): Message<Required, Optional> {
  if (typeof body !== 'object' || body === null)
    throw new Refusal(400, 'malformed', 'the body is not a JSON object')
  const missing = Object.keys(required).filter((name) => !(name in body))
  if (missing.length > 0) throw new Refusal(400, 'invalid_argument', `missing: ${missing.join(', ')}`)
  const kinds: Shape = { ...required, ...optional }
  const fields = Object.entries(body).map(([name, value]) => {
    const kind = kinds[name]
    if (kind === undefined) throw new Refusal(400, 'malformed', `unknown field "${name}"`)
    const read = readers[kind](value)
    if (read === undefined)
      throw new Refusal(400, 'malformed', `${name} is not a ${kind}: ${JSON.stringify(value)}`)
    return [name, read]
  })
  return Object.fromEntries(fields) as Message<Required, Optional>
}
