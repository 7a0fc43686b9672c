// The text of `go list -json`, which prints one object after another without a list around them -> these objects.

export const parseJsonStream = (text: string): unknown[] =>
  JSON.parse(`[${text.trim().replaceAll(/^\}\r?\n\{/gm, '},\n{')}]`) as unknown[]
