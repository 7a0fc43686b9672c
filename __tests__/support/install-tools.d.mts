export type Tool =
  | 'syft'
  | 'cosign'
  | 'act'
  | 'actionlint'
  | 'fulcio'
  | 'rekor-server'
  | 'timestamp-server'
  | 'node24'
  | 'azurite'
export const tools: Readonly<Record<Tool, string>>
