export type Tool = 'syft' | 'cosign' | 'act' | 'actionlint' | 'node24'
export const tools: Readonly<Record<Tool, string>>
